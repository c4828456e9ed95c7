#include <iterator>

#include <fmt/format.h>

#include "live/report.h"

namespace diolkos::live {
namespace {

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '\\' || c == '"') result += '\\';
    result += c == '\n' ? ' ' : c;
  }
  return result;
}

std::string source_label(const Figures& figures) { return fmt::format("source=\"{}\"", escaped(figures.name)); }

std::string sink_label(const Figures& figures, const SinkFigures& sink) {
  return fmt::format("{},sink=\"{}\"", source_label(figures), escaped(sink.name));
}

std::string network_labels(const NetworkFacts& facts) {
  return fmt::format("model=\"{}\",runtime=\"{}\",precision=\"{}\"", escaped(facts.model), facts.runtime,
                     facts.precision);
}

class Metrics {
 public:
  void family(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    fmt::format_to(std::back_inserter(text_), "# HELP diolkos_{} {}\n# TYPE diolkos_{} {}\n", name, help, name, type);
  }
  void value(double value, const std::string& labels = {}, std::string_view suffix = {}) {
    fmt::format_to(std::back_inserter(text_), "diolkos_{}{}{} {:.9g}\n", name_, suffix,
                   labels.empty() ? "" : "{" + labels + "}", value);
  }
  // Of milliseconds, in seconds.
  void quantiles(const measure::Summary& summary, const std::string& labels) {
    value(summary.median / 1000, labels + ",quantile=\"0.5\"");
    value(summary.p90 / 1000, labels + ",quantile=\"0.9\"");
    value(summary.p99 / 1000, labels + ",quantile=\"0.99\"");
  }
  // A value for each source.
  template <class Of>
  void each(AllFigures all, std::string_view name, std::string_view type, std::string_view help, Of of) {
    family(name, type, help);
    for (const Figures& figures : all) value(static_cast<double>(of(figures)), source_label(figures));
  }
  // A value for each sink of each source.
  template <class Of>
  void each_sink(AllFigures all, std::string_view name, std::string_view type, std::string_view help, Of of) {
    family(name, type, help);
    for (const Figures& figures : all)
      for (const SinkFigures& sink : figures.sinks) value(static_cast<double>(of(sink)), sink_label(figures, sink));
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_, name_;
};

void add_counts(Metrics& metrics, AllFigures all) {
  using F = const Figures&;
  using S = const SinkFigures&;
  metrics.each(all, "source_silent_seconds", "gauge", "Since the source's last frame.",
               [](F f) { return f.source_silent_s; });
  metrics.each(all, "source_losses_total", "counter", "How often the source was lost.", [](F f) { return f.losses; });
  metrics.each(all, "frames_captured_total", "counter", "Frames that came from the source.",
               [](F f) { return f.captured; });
  metrics.each(all, "frames_overtaken_total", "counter", "Frames that gave way to newer ones before the sinks.",
               [](F f) { return f.dropped; });
  metrics.each(all, "frames_inferred_total", "counter", "Frames that the network saw.", [](F f) { return f.inferred; });
  metrics.each_sink(all, "frames_shown_total", "counter", "Frames that a sink has done.", [](S s) { return s.frames; });
  metrics.each_sink(all, "frames_dropped_total", "counter", "Frames that a sink could not take.",
                    [](S s) { return s.dropped; });
  metrics.each_sink(all, "sink_failing", "gauge", "1 while a sink cannot write.", [](S s) { return s.failing; });
  metrics.each(all, "capture_fps", "gauge", "Frames a second from the source.", [](F f) { return f.capture_fps; });
  metrics.each(all, "inference_fps", "gauge", "Frames a second through the network.",
               [](F f) { return f.inference_fps; });
}

void add_times(Metrics& metrics, AllFigures all) {
  metrics.family("stage_seconds", "summary", "Time of a stage, over the newest frames.");
  for (const Figures& figures : all)
    for (std::size_t i = 0; i < figures.stages_ms.size(); ++i)
      metrics.quantiles(figures.stages_ms[i],
                        fmt::format("{},stage=\"{}\"", source_label(figures), pipeline::kStageNames[i]));
  metrics.family("age_seconds", "summary", "From the source to the sink, over the newest frames.");
  for (const Figures& figures : all)
    for (const SinkFigures& sink : figures.sinks) metrics.quantiles(sink.age_ms, sink_label(figures, sink));
}

void add_versus(Metrics& metrics, AllFigures all, const NetworkFacts& facts) {
  const auto of = [](const Figures& figures) { return figures.versus.value_or(VersusFigures{}); };
  metrics.family("versus_info", "gauge", "What runs beside it.");
  metrics.value(1, network_labels(facts));
  metrics.family("versus_inference_seconds", "summary", "Time of the second network, over the newest frames.");
  for (const Figures& figures : all) metrics.quantiles(of(figures).ms, source_label(figures));
  metrics.each(all, "versus_same_ratio", "gauge",
               "Share of pixels of which both say the same, mean of the newest frames.",
               [&](const Figures& figures) { return of(figures).same.mean; });
  metrics.each(all, "versus_iou_ratio", "gauge", "Intersection over union of what both see, mean of the newest frames.",
               [&](const Figures& figures) { return of(figures).iou.mean; });
}

}  // namespace

std::string to_metrics(AllFigures all, const RunFacts& facts) {
  Metrics metrics;
  metrics.family("info", "gauge", "What runs.");
  metrics.value(1, network_labels(facts.network));
  metrics.family("uptime_seconds", "gauge", "Since the start.");
  metrics.value(all.empty() ? 0 : all.front().uptime_s);
  metrics.family("source_state", "gauge", "1 for the state that the source is in.");
  for (const Figures& figures : all)
    for (std::size_t i = 0; i < kSourceStateNames.size(); ++i)
      metrics.value(static_cast<std::size_t>(figures.source) == i,
                    fmt::format("{},state=\"{}\"", source_label(figures), kSourceStateNames[i]));
  add_counts(metrics, all);
  add_times(metrics, all);
  if (facts.versus) add_versus(metrics, all, *facts.versus);
  metrics.family("class_share", "gauge", "Share of the newest frame's pixels.");
  for (const Figures& figures : all)
    for (int i = 0; i < figures.largest_count; ++i) {
      const auto& [index, share] = figures.largest[static_cast<std::size_t>(i)];
      metrics.value(share, fmt::format("{},class=\"{}\"", source_label(figures), escaped(facts.classes.name(index))));
    }
  return metrics.take();
}

}  // namespace diolkos::live
