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
  void single(std::string_view name, std::string_view type, std::string_view help, double number) {
    family(name, type, help);
    value(number);
  }
  // Of milliseconds, in seconds.
  void quantiles(const measure::Summary& summary, const std::string& labels) {
    value(summary.median / 1000, labels + ",quantile=\"0.5\"");
    value(summary.p90 / 1000, labels + ",quantile=\"0.9\"");
    value(summary.p99 / 1000, labels + ",quantile=\"0.99\"");
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_, name_;
};

std::string sink_label(const SinkFigures& sink) { return fmt::format("sink=\"{}\"", escaped(sink.name)); }

void versus(Metrics& metrics, const VersusFigures& figures, const NetworkFacts& facts) {
  metrics.family("versus_info", "gauge", "What runs beside it.");
  metrics.value(1, fmt::format("model=\"{}\",runtime=\"{}\",precision=\"{}\"", escaped(facts.model), facts.runtime,
                               facts.precision));
  metrics.family("versus_inference_seconds", "summary", "Time of the second network, over the newest frames.");
  for (const auto& [quantile, ms] : {std::pair("0.5", figures.ms.median), {"0.9", figures.ms.p90}, {"0.99", figures.ms.p99}})
    metrics.value(ms / 1000, fmt::format("quantile=\"{}\"", quantile));
  metrics.single("versus_same_ratio", "gauge", "Share of pixels of which both say the same, mean of the newest frames.",
                 figures.same.mean);
  metrics.single("versus_iou_ratio", "gauge", "Intersection over union of what both see, mean of the newest frames.",
                 figures.iou.mean);
}

}  // namespace

std::string to_metrics(const Figures& figures, const RunFacts& facts) {
  Metrics metrics;
  metrics.family("info", "gauge", "What runs.");
  metrics.value(1, fmt::format("model=\"{}\",runtime=\"{}\",precision=\"{}\",source=\"{}\"", escaped(facts.network.model),
                               facts.network.runtime, facts.network.precision, escaped(facts.source)));
  if (facts.versus) versus(metrics, figures.versus.value_or(VersusFigures{}), *facts.versus);
  metrics.single("uptime_seconds", "gauge", "Since the start.", figures.uptime_s);
  metrics.family("source_state", "gauge", "1 for the state that the source is in.");
  for (std::size_t i = 0; i < kSourceStateNames.size(); ++i)
    metrics.value(static_cast<std::size_t>(figures.source) == i, fmt::format("state=\"{}\"", kSourceStateNames[i]));
  metrics.single("source_silent_seconds", "gauge", "Since the source's last frame.", figures.source_silent_s);
  metrics.single("source_losses_total", "counter", "How often the source was lost.", static_cast<double>(figures.losses));
  metrics.single("frames_captured_total", "counter", "Frames that came from the source.",
                 static_cast<double>(figures.captured));
  metrics.single("frames_overtaken_total", "counter", "Frames that gave way to newer ones before the sinks.",
                 static_cast<double>(figures.dropped));
  metrics.single("frames_inferred_total", "counter", "Frames that the network saw.", static_cast<double>(figures.inferred));
  metrics.family("frames_shown_total", "counter", "Frames that a sink has done.");
  for (const SinkFigures& sink : figures.sinks) metrics.value(static_cast<double>(sink.frames), sink_label(sink));
  metrics.family("frames_dropped_total", "counter", "Frames that a sink could not take.");
  for (const SinkFigures& sink : figures.sinks) metrics.value(static_cast<double>(sink.dropped), sink_label(sink));
  metrics.family("sink_failing", "gauge", "1 while a sink cannot write.");
  for (const SinkFigures& sink : figures.sinks) metrics.value(sink.failing, sink_label(sink));
  metrics.single("capture_fps", "gauge", "Frames a second from the source.", figures.capture_fps);
  metrics.single("inference_fps", "gauge", "Frames a second through the network.", figures.inference_fps);
  metrics.family("stage_seconds", "summary", "Time of a stage, over the newest frames.");
  for (std::size_t i = 0; i < figures.stages_ms.size(); ++i)
    metrics.quantiles(figures.stages_ms[i], fmt::format("stage=\"{}\"", pipeline::kStageNames[i]));
  metrics.family("age_seconds", "summary", "From the source to the sink, over the newest frames.");
  for (const SinkFigures& sink : figures.sinks) metrics.quantiles(sink.age_ms, sink_label(sink));
  metrics.family("class_share", "gauge", "Share of the newest frame's pixels.");
  for (int i = 0; i < figures.largest_count; ++i) {
    const auto& [index, share] = figures.largest[static_cast<std::size_t>(i)];
    metrics.value(share, fmt::format("class=\"{}\"", escaped(facts.classes.name(index))));
  }
  return metrics.take();
}

std::string to_line(const Figures& figures) {
  std::string line = fmt::format("{:.1f} FPS", figures.inference_fps);
  if (!figures.sinks.empty())
    line += fmt::format(", age {:.0f} ms (p99 {:.0f})", figures.sinks.front().age_ms.median, figures.sinks.front().age_ms.p99);
  if (figures.source != SourceState::running)
    line += fmt::format(", source {}", kSourceStateNames[static_cast<std::size_t>(figures.source)]);
  return line;
}

std::string to_text(const Figures& figures, const RunFacts& facts) {
  std::string text = fmt::format(
      "{}: {} frames of {}x{} in {:.1f} s, {} through the network, {} overtaken by newer ones, lost {} times\n", facts.source,
      figures.captured, figures.width, figures.height, figures.uptime_s, figures.inferred, figures.dropped, figures.losses);
  for (const SinkFigures& sink : figures.sinks)
    text += fmt::format("  {}: {} frames, {} dropped, age {:.1f} ms (p99 {:.1f}){}\n", sink.name, sink.frames, sink.dropped,
                        sink.age_ms.median, sink.age_ms.p99, sink.failing ? "; " + sink.state : "");
  if (facts.versus && figures.versus)
    text += fmt::format("  beside {} ({} {}, {:.2f} ms): {:.2f} % of pixels alike, IoU {:.3f} (worst frame {:.3f})\n",
                        facts.versus->model, facts.versus->runtime, facts.versus->precision, figures.versus->ms.median,
                        100 * figures.versus->same.mean, figures.versus->iou.mean, figures.versus->iou.min);
  text += fmt::format("  {:<12}{:>10}{:>10}{:>10}\n", "ms a frame", "median", "p90", "p99");
  for (std::size_t i = 0; i < figures.stages_ms.size(); ++i)
    if (figures.stages_ms[i].max > 0)
      text += fmt::format("  {:<12}{:>10.2f}{:>10.2f}{:>10.2f}\n", pipeline::kStageNames[i], figures.stages_ms[i].median,
                          figures.stages_ms[i].p90, figures.stages_ms[i].p99);
  return text;
}

}  // namespace diolkos::live
