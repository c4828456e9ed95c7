#include "measure/stages.h"

#include <numeric>

#include <fmt/format.h>

#include "measure/statistics.h"

namespace diolkos::measure {
namespace {

std::string line_of(std::string_view name, const std::vector<double>& samples, double whole) {
  const Summary summary = summarize(samples);
  return fmt::format("    {:<12}{:>10.3f}{:>10.3f}{:>8.1f} %\n", name, summary.median, summary.p90,
                     whole > 0 ? 100 * summary.median / whole : 0);
}

}  // namespace

std::vector<double> BenchStages::samples(BenchStage stage) const {
  std::vector<double> samples;
  for (const auto& frame : frames_ms) samples.push_back(frame[static_cast<std::size_t>(stage)]);
  return samples;
}

std::vector<double> BenchStages::whole() const {
  std::vector<double> sums;
  for (const auto& frame : frames_ms) sums.push_back(std::accumulate(frame.begin(), frame.end(), 0.0));
  return sums;
}

std::string to_text(const BenchStages& stages) {
  const std::vector<double> whole = stages.whole();
  const double median = summarize(whole).median;
  std::string text = fmt::format("  stages   {} frames of {}, one after the other\n    {:<12}{:>10}{:>10}{:>10}\n",
                                 stages.frames_ms.size(), stages.input, "", "median ms", "p90 ms", "share");
  for (std::size_t i = 0; i < kBenchStageNames.size(); ++i)
    text += line_of(kBenchStageNames[i], stages.samples(static_cast<BenchStage>(i)), median);
  return text + line_of("whole", whole, median);
}

}  // namespace diolkos::measure
