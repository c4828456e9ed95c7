#include "measure/starts.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "measure/statistics.h"

namespace diolkos::measure {
namespace {

// Student's 97.5 % quantiles of 1, 2, … degrees of freedom.
constexpr std::array<double, kMostStarts - 1> kStudent = {12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365,
                                                          2.306,  2.262, 2.228, 2.201, 2.179, 2.160, 2.145,
                                                          2.131,  2.120, 2.110, 2.101, 2.093};

Interval around(const Interval& a, const Interval& b) { return {std::min(a.low, b.low), std::max(a.high, b.high)}; }

Interval of_starts(std::span<const double> medians) {
  const Summary summary = summarize(medians);
  const std::size_t freedom = std::min(medians.size() - 1, kStudent.size());
  const double half = kStudent[freedom - 1] * summary.stddev / std::sqrt(static_cast<double>(medians.size()));
  return around({summary.mean - half, summary.mean + half}, {summary.min, summary.max});
}

}  // namespace

std::vector<double> medians_of_starts(std::span<const double> samples, std::span<const Start> starts) {
  std::vector<double> medians;
  std::size_t taken = 0;
  for (const Start& start : starts) {
    const std::size_t count = std::min(start.samples, samples.size() - taken);
    if (count > 0) medians.push_back(summarize(samples.subspan(taken, count)).median);
    taken += count;
  }
  if (starts.empty() && !samples.empty()) medians.push_back(summarize(samples).median);
  return medians;
}

Interval median_interval(std::span<const double> samples, std::span<const Start> starts) {
  if (samples.empty()) return {};
  const double median = summarize(samples).median;
  Interval interval = around(bootstrap_median_of_series(samples), {median * (1 - kFinest), median * (1 + kFinest)});
  const std::vector<double> medians = medians_of_starts(samples, starts);
  if (medians.size() > 1) interval = around(interval, of_starts(medians));
  return {std::max(interval.low, 0.0), interval.high};
}

LatencyProtocol take_share(LatencyProtocol& left, int parts) {
  LatencyProtocol share = left;
  share.iterations = (left.iterations + parts - 1) / parts;
  share.most_iterations = (left.most_iterations + parts - 1) / parts;
  share.duration_ms = left.duration_ms / parts;
  left.iterations -= share.iterations;
  left.most_iterations -= share.most_iterations;
  left.duration_ms -= share.duration_ms;
  return share;
}

}  // namespace diolkos::measure
