#include <nlohmann/json.hpp>

#include "measure/statistics.h"
#include "pipeline/run_report.h"

namespace diolkos::pipeline {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const std::vector<double>& samples) {
  const measure::Summary summary = measure::summarize(samples);
  return {{"min", summary.min}, {"median", summary.median}, {"mean", summary.mean}, {"p90", summary.p90},
          {"p95", summary.p95}, {"p99", summary.p99},       {"max", summary.max},   {"stddev", summary.stddev}};
}

Json stages_of(const RunReport& report) {
  Json stages;
  for (std::size_t stage = 0; stage < kStageNames.size(); ++stage)
    stages[std::string(kStageNames[stage])] = to_json(stage_samples(report, static_cast<Stage>(stage)));
  stages["whole"] = to_json(whole_samples(report));
  return stages;
}

Json classes_of(const RunReport& report, const RunContext& context) {
  Json classes = Json::array();
  for (const ClassSummary& summary : summarize_classes(report))
    classes.push_back({{"index", summary.index},
                       {"name", context.classes.name(summary.index)},
                       {"frames", summary.frames},
                       {"frame_share", static_cast<double>(summary.frames) / static_cast<double>(report.frames.size())},
                       {"mean_pixel_share", summary.mean_share}});
  return classes;
}

Json frames_of(const RunReport& report, const RunContext& context) {
  Json frames = Json::array();
  for (const FrameRecord& frame : report.frames) {
    Json shares = Json::object();
    for (const auto& [index, share] : frame.shares) shares[context.classes.name(index)] = share;
    frames.push_back({{"name", frame.name}, {"whole_ms", frame.times.whole()}, {"pixel_shares", std::move(shares)}});
  }
  return frames;
}

Json settings_of(const RunContext& context) {
  Json settings = {{"fit", context.fit}, {"normalize", context.normalization}, {"draw", context.drawing}};
  if (context.class_index) {
    settings["class"] = context.classes.name(*context.class_index);
    settings["threshold"] = context.threshold;
    settings["raw"] = context.raw;
  }
  return settings;
}

}  // namespace

std::string to_json(const RunReport& report, const RunContext& context) {
  const Json document = {{"schema", "diolkos.run/1"},
                         {"model", context.model},
                         {"runtime", context.runtime},
                         {"precision", context.precision},
                         {"threads", context.threads},
                         {"streams", context.streams},
                         {"input", context.input},
                         {"output", context.output},
                         {"output_format", context.output_description},
                         {"settings", settings_of(context)},
                         {"frames", report.frames.size()},
                         {"width", report.frame_size.width},
                         {"height", report.frame_size.height},
                         {"stopped", report.stopped},
                         {"elapsed_ms", report.elapsed_ms},
                         {"fps", frames_per_second(report)},
                         {"stages_ms", stages_of(report)},
                         {"classes", classes_of(report, context)},
                         {"per_frame", frames_of(report, context)}};
  // Names may come from anywhere: what is not UTF-8 is replaced.
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace diolkos::pipeline
