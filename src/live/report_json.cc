#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "live/report.h"

namespace diolkos::live {
namespace {

using Json = nlohmann::ordered_json;

Json times(const measure::Summary& summary) {
  return {{"median", summary.median}, {"mean", summary.mean}, {"p50", summary.median},
          {"p90", summary.p90},       {"p99", summary.p99},   {"max", summary.max}};
}

Json sinks(const Figures& figures) {
  Json all = Json::array();
  for (const SinkFigures& sink : figures.sinks)
    all.push_back({{"name", sink.name}, {"state", sink.state}, {"failing", sink.failing}, {"frames", sink.frames},
                   {"dropped", sink.dropped}, {"fps", sink.fps}, {"age_ms", times(sink.age_ms)}});
  return all;
}

Json class_names(const segmentation::ClassNames& classes) {
  Json names = Json::array();
  for (int i = 0; i < classes.size(); ++i) names.push_back(classes.name(i));
  return names;
}

Json shares(const measure::Summary& summary, double newest) {
  return {{"newest", newest}, {"mean", summary.mean}, {"min", summary.min}};
}

Json agreement(const std::optional<VersusFigures>& versus) {
  if (!versus) return nullptr;
  return {{"inference_ms", times(versus->ms)},
          {"same", shares(versus->same, versus->newest.share())},
          {"iou", shares(versus->iou, versus->newest.iou())}};
}

Json network(const NetworkFacts& facts) {
  return {{"model", facts.model},
          {"runtime", facts.runtime},
          {"precision", facts.precision},
          {"streams", facts.streams}};
}

Json stages(const Figures& figures) {
  Json all = Json::array();
  for (std::size_t i = 0; i < figures.stages_ms.size(); ++i) {
    if (figures.stages_ms[i].max <= 0) continue;  // a live source's time is the source's own
    Json one = times(figures.stages_ms[i]);
    one["name"] = pipeline::kStageNames[i];
    all.push_back(std::move(one));
  }
  return all;
}

Json seen(const Figures& figures, const segmentation::ClassNames& classes) {
  Json all = Json::array();
  for (int i = 0; i < figures.largest_count; ++i) {
    const auto& [index, share] = figures.largest[static_cast<std::size_t>(i)];
    all.push_back({{"class", index}, {"name", classes.name(index)}, {"share", share}});
  }
  return all;
}

Json source(const Figures& figures, const RunFacts& facts) {
  return {{"name", figures.name},
          {"state", kSourceStateNames[static_cast<std::size_t>(figures.source)]},
          {"message", figures.source_message},
          {"silent_s", figures.source_silent_s},
          {"retry_in_s", figures.retry_in_s},
          {"losses", figures.losses},
          {"width", figures.width},
          {"height", figures.height},
          {"captured", figures.captured},
          {"dropped", figures.dropped},
          {"inferred", figures.inferred},
          {"capture_fps", figures.capture_fps},
          {"fps", figures.inference_fps},
          {"mean_fps", figures.mean_fps},
          {"age_ms", figures.sinks.empty() ? Json(nullptr) : times(figures.sinks.front().age_ms)},
          {"versus", agreement(figures.versus)},
          {"stages", stages(figures)},
          {"sinks", sinks(figures)},
          {"seen", seen(figures, facts.classes)}};
}

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

tl::unexpected<Error> unfit(std::string_view key, const Json& value, std::string_view expected) {
  return invalid(fmt::format("{}: {}, expected {}", key, dump(value), expected));
}

Status set(Settings& settings, const std::string& key, const Json& value, const RunFacts& facts) {
  if (key == "class") {
    if (value.is_null()) {
      settings.class_index.reset();
    } else if (value.is_string() || value.is_number_unsigned()) {
      TRY_ASSIGN(settings.class_index, facts.classes.find(value.is_string() ? value.get<std::string>() : value.dump()));
    } else {
      return unfit(key, value, "a name, an index or null");
    }
  } else if (key == "threshold") {
    if (!value.is_number() || !std::isfinite(value.get<double>()) ||
        (!facts.raw && (value.get<double>() < 0 || value.get<double>() > 1)))
      return unfit(key, value, facts.raw ? "a number" : "a number of 0 to 1");
    settings.threshold = value.get<double>();
  } else if (key == "alpha") {
    if (!value.is_number() || !(value.get<double>() >= 0 && value.get<double>() <= 1))
      return unfit(key, value, "a number of 0 to 1");
    settings.alpha = value.get<double>();
  } else if (key == "view") {
    const auto views = facts.views();
    const auto view = std::ranges::find(views, value.is_string() ? value.get<std::string>() : "");
    if (view == views.end()) return unfit(key, value, fmt::format("one of: {}", fmt::join(views, ", ")));
    settings.view = static_cast<View>(view - views.begin());
  } else {
    return invalid(fmt::format("{}: unknown, expected class, threshold, view or alpha", dump(key)));
  }
  return {};
}

}  // namespace

std::string to_json(AllFigures figures, const Settings& settings, const RunFacts& facts) {
  Json sources = Json::array(), views = Json::array();
  for (const Figures& one : figures) sources.push_back(source(one, facts));
  for (const std::string_view view : facts.views()) views.push_back(view);
  Json json{{"schema", "diolkos.live/2"}, {"run", facts.run}};
  json.update(network(facts.network));
  json["versus"] = facts.versus ? network(*facts.versus) : Json(nullptr);
  json["settings"] = {{"class", settings.class_index ? Json(*settings.class_index) : Json(nullptr)},
                      {"threshold", settings.threshold},
                      {"view", name_of(settings.view)},
                      {"alpha", settings.alpha}};
  json["uptime_s"] = figures.empty() ? 0 : figures.front().uptime_s;
  json["sources"] = std::move(sources);
  json["classes"] = class_names(facts.classes);
  json["views"] = std::move(views);
  json["threshold_range"] = facts.raw ? Json{-20, 20} : Json{0, 1};
  return dump(json);
}

Result<Settings> change(const Settings& settings, std::string_view text, const RunFacts& facts) try {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return invalid("the settings are no JSON object");
  Settings changed = settings;
  for (const auto& [key, value] : json.items()) TRY(set(changed, key, value, facts));
  return changed;
} catch (const Json::exception& error) {
  return invalid(fmt::format("the settings: {}", error.what()));
}

}  // namespace diolkos::live
