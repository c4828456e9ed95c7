#include <fmt/format.h>

#include "live/report.h"

namespace diolkos::live {
namespace {

std::string line_of(const Figures& figures) {
  std::string line = fmt::format("{:.1f} FPS", figures.inference_fps);
  if (!figures.sinks.empty())
    line += fmt::format(", age {:.0f} ms (p99 {:.0f})", figures.sinks.front().age_ms.median,
                        figures.sinks.front().age_ms.p99);
  if (figures.source != SourceState::running)
    line += fmt::format(", source {}", kSourceStateNames[static_cast<std::size_t>(figures.source)]);
  return line;
}

std::string rate(const Figures& figures, const RunFacts& facts) {
  if (figures.mean_fps <= 0) return "";
  const int streams = facts.network.streams;
  return fmt::format(" ({:.2f} a second{})", figures.mean_fps, streams > 1 ? fmt::format(", {} at once", streams) : "");
}

std::string text_of(const Figures& figures, const RunFacts& facts) {
  std::string text = fmt::format(
      "{}: {} frames of {}x{} in {:.1f} s, {} through the network{}, {} overtaken by newer ones, lost {} times\n",
      figures.name, figures.captured, figures.width, figures.height, figures.uptime_s, figures.inferred,
      rate(figures, facts), figures.dropped, figures.losses);
  for (const SinkFigures& sink : figures.sinks)
    text += fmt::format("  {}: {} frames, {} dropped, age {:.1f} ms (p99 {:.1f}){}\n", sink.name, sink.frames,
                        sink.dropped, sink.age_ms.median, sink.age_ms.p99, sink.failing ? "; " + sink.state : "");
  if (facts.versus && figures.versus)
    text += fmt::format("  beside {} ({} {}, {:.2f} ms): {:.2f} % of pixels alike, IoU {:.3f} (worst frame {:.3f})\n",
                        facts.versus->model, facts.versus->runtime, facts.versus->precision, figures.versus->ms.median,
                        100 * figures.versus->same.mean, figures.versus->iou.mean, figures.versus->iou.min);
  text += fmt::format("  {:<12}{:>10}{:>10}{:>10}\n", "ms a frame", "median", "p90", "p99");
  for (std::size_t i = 0; i < figures.stages_ms.size(); ++i)
    if (figures.stages_ms[i].max > 0)
      text += fmt::format("  {:<12}{:>10.2f}{:>10.2f}{:>10.2f}\n", pipeline::kStageNames[i],
                          figures.stages_ms[i].median, figures.stages_ms[i].p90, figures.stages_ms[i].p99);
  return text;
}

}  // namespace

std::string to_line(AllFigures all) {
  std::string line;
  for (const Figures& figures : all) line += (line.empty() ? "" : " | ") + line_of(figures);
  return line;
}

std::string to_text(AllFigures all, const RunFacts& facts) {
  std::string text;
  for (const Figures& figures : all) text += text_of(figures, facts);
  return text;
}

}  // namespace diolkos::live
