#include "pipeline/run_report.h"

#include <algorithm>

namespace diolkos::pipeline {

std::vector<ClassSummary> summarize_classes(const RunReport& report) {
  std::array<ClassSummary, segmentation::kMostClasses> all{};
  for (const FrameRecord& frame : report.frames)
    for (const auto& [index, share] : frame.shares) {
      all[index].frames += share > 0;
      all[index].mean_share += static_cast<double>(share) / static_cast<double>(report.frames.size());
    }
  std::vector<ClassSummary> found;
  for (std::size_t index = 0; index < all.size(); ++index) {
    if (all[index].frames == 0) continue;
    all[index].index = static_cast<int>(index);
    found.push_back(all[index]);
  }
  std::ranges::stable_sort(found, std::ranges::greater{}, &ClassSummary::mean_share);
  return found;
}

std::vector<double> stage_samples(const RunReport& report, Stage stage) {
  std::vector<double> samples;
  samples.reserve(report.frames.size());
  for (const FrameRecord& frame : report.frames) samples.push_back(frame.times[stage]);
  return samples;
}

std::vector<double> whole_samples(const RunReport& report) {
  std::vector<double> samples;
  samples.reserve(report.frames.size());
  for (const FrameRecord& frame : report.frames) samples.push_back(frame.times.whole());
  return samples;
}

double frames_per_second(const RunReport& report) {
  return report.elapsed_ms > 0 ? 1000.0 * static_cast<double>(report.frames.size()) / report.elapsed_ms : 0;
}

}  // namespace diolkos::pipeline
