#include <fmt/format.h>

#include "measure/statistics.h"
#include "pipeline/run_report.h"

namespace diolkos::pipeline {
namespace {

std::string stage_line(std::string_view name, const std::vector<double>& samples, double whole_mean) {
  const measure::Summary summary = measure::summarize(samples);
  const double share = whole_mean > 0 ? 100 * summary.mean / whole_mean : 0;
  return fmt::format("  {:<12}{:>10.2f}{:>10.2f}{:>10.2f}{:>9.1f} %\n", name, summary.median, summary.p90, summary.max,
                     share);
}

std::string class_lines(const RunReport& report, const RunContext& context) {
  const std::vector<ClassSummary> classes = summarize_classes(report);
  if (classes.empty())
    return fmt::format("  {} found in no frame\n",
                       context.class_index ? context.classes.name(*context.class_index) : "nothing but background");
  std::string text;
  for (const ClassSummary& summary : classes)
    text += fmt::format("  {:<16} in {} of {} frames, {:.1f} % of the pixels\n", context.classes.name(summary.index),
                        summary.frames, report.frames.size(), 100 * summary.mean_share);
  return text;
}

}  // namespace

std::string to_text(const RunReport& report, const RunContext& context) {
  const std::vector<double> whole = whole_samples(report);
  const double whole_mean = measure::summarize(whole).mean;
  std::string text = fmt::format("{} -> {}: {} frame{} of {}x{}, {}\n", context.input, context.output,
                                 report.frames.size(), report.frames.size() == 1 ? "" : "s", report.frame_size.width,
                                 report.frame_size.height, context.output_description);
  text += class_lines(report, context);
  text += fmt::format("  {:<12}{:>10}{:>10}{:>10}{:>11}\n", "ms a frame", "median", "p90", "max", "share");
  for (std::size_t stage = 0; stage < kStageNames.size(); ++stage)
    text += stage_line(kStageNames[stage], stage_samples(report, static_cast<Stage>(stage)), whole_mean);
  text += stage_line("whole", whole, whole_mean);
  text += fmt::format("  {:.1f} frames a second over {:.2f} s, {} {}, {} thread{}{}\n", frames_per_second(report),
                      report.elapsed_ms / 1000, context.runtime, context.precision, context.threads,
                      context.threads == 1 ? "" : "s",
                      context.streams > 1 ? fmt::format(", {} frames at once", context.streams) : "");
  return text;
}

}  // namespace diolkos::pipeline
