// How far a figure would move with other samples of the same kind: percentile bootstrap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/function_ref.h"

namespace diolkos::measure {

struct Interval {
  double low = 0, high = 0;
  bool overlaps(const Interval& other) const { return low <= other.high && other.low <= high; }
};

inline constexpr int kResamples = 1000;

// The 95 % interval of `statistic` over `kResamples` draws of `count` indices below `count`, with replacement. Draws
// come from a fixed seed: the same samples give the same interval on every machine. Nothing to draw: 0 to 0.
Interval bootstrap(std::size_t count, FunctionRef<double(std::span<const std::uint32_t> drawn)> statistic);

// The median of samples that follow each other in time and are alike in stretches: whole blocks of neighbours are
// drawn, as long as the square root of their count, so that a drift widens the interval.
Interval bootstrap_median_of_series(std::span<const double> samples);

}  // namespace diolkos::measure
