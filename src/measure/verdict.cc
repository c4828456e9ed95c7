#include "measure/verdict.h"

#include <algorithm>

#include <fmt/format.h>

#include "measure/statistics.h"

namespace diolkos::measure {
namespace {

constexpr std::size_t kFewestSamples = 5;
constexpr double kMostOthers = 0.1;      // of each of the threads' processors
constexpr double kWidestInterval = 0.1;  // of the median
constexpr double kLongestTail = 1.25;    // p90 over the median
constexpr double kClockFall = 0.9;
constexpr double kDrift = 1.05;

// The median of the last third over that of the first.
double drift_of(std::span<const double> samples) {
  const std::size_t third = samples.size() / 3;
  if (third == 0) return 1;
  const double first = summarize(samples.first(third)).median;
  return first > 0 ? summarize(samples.last(third)).median / first : 1;
}

std::string throttling_of(std::span<const double> samples, const Conditions& conditions) {
  if (conditions.throttlings.value_or(0) > 0)
    return fmt::format("the kernel counted {} thermal events", *conditions.throttlings);
  const auto& before = conditions.frequency_before_mhz;
  const auto& after = conditions.frequency_after_mhz;
  const double drift = drift_of(samples);
  if (before && after && *after < kClockFall * *before && drift > kDrift)
    return fmt::format("the clock fell from {:.0f} to {:.0f} MHz, and the last third is {:.0f} % slower than the first",
                       *before, *after, 100 * (drift - 1));
  return "";
}

// Where starts were several: what they took.
std::string difference_of(std::span<const double> medians) {
  if (medians.size() < 2) return "";
  const Summary summary = summarize(medians);
  return fmt::format("; {} starts took {:.2f} to {:.2f} ms", medians.size(), summary.min, summary.max);
}

std::string noise_of(std::span<const double> samples, std::span<const Start> starts, const Conditions& conditions,
                     int threads) {
  if (samples.size() < kFewestSamples)
    return fmt::format("{} samples, expected at least {}", samples.size(), kFewestSamples);
  if (conditions.others.value_or(0) > kMostOthers * std::max(threads, 1))
    return fmt::format("other processes kept {:.2f} processors busy", *conditions.others);
  const Summary summary = summarize(samples);
  const Interval interval = median_interval(samples, starts);
  if (const double width = interval.high - interval.low; width > kWidestInterval * summary.median)
    return fmt::format("the median's interval is {:.0f} % wide{}", 100 * width / summary.median,
                       difference_of(medians_of_starts(samples, starts)));
  if (summary.p90 > kLongestTail * summary.median)
    return fmt::format("a tenth of the samples take {:.2f} times the median and more", summary.p90 / summary.median);
  return "";
}

}  // namespace

std::string_view name_of(Stability stability) { return kStabilityNames[static_cast<std::size_t>(stability)]; }

Verdict judge(std::span<const double> samples, std::span<const Start> starts, const Conditions& conditions,
              int threads) {
  if (std::string reason = throttling_of(samples, conditions); !reason.empty())
    return {Stability::throttled, std::move(reason)};
  if (std::string reason = noise_of(samples, starts, conditions, threads); !reason.empty())
    return {Stability::noisy, std::move(reason)};
  return {};
}

}  // namespace diolkos::measure
