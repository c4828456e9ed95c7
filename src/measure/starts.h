// A measurement in several starts of the program: memory is laid out anew in each, some time lies between them, and
// what differs from one to the next is part of what a figure's interval has to tell.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "measure/bootstrap.h"
#include "measure/latency.h"

namespace diolkos::measure {

struct Start {
  std::size_t samples = 0;  // so many of the series, in order
  double load_ms = 0;
  double first_ms = 0;  // the first inference
};

// Of a series whose starts make it up; one median where `starts` is empty. Starts without samples have none.
std::vector<double> medians_of_starts(std::span<const double> samples, std::span<const Start> starts);

// The 95 % interval of the median of all samples, for another measurement of the same thing: at least
// - the bootstrap's over blocks of neighbours, which a drift widens;
// - mean +- t s / sqrt(n) of the n starts' medians, t Student's 97.5 % quantile of n - 1 degrees of freedom: exact
//   where starts are alike but for normal noise, however few they are;
// - from the least to the greatest of these medians: with 5 starts it holds the median start's in 94 % of all cases
//   whatever the distribution (1 - 2 / 2^5), a machine with two speeds included;
// - half a percent to each side: no two measurements minutes apart are known to agree better.
Interval median_interval(std::span<const double> samples, std::span<const Start> starts);

inline constexpr double kFinest = 0.005;
inline constexpr int kMostStarts = 20;

// Takes its share of what is left to measure, with `parts` shares to go, from `left`: samples rounded up.
LatencyProtocol take_share(LatencyProtocol& left, int parts);

// What another process measured of one row.
struct RowStart {
  Start start;
  std::vector<double> samples_ms;
  std::string missing;  // why there are no samples; empty where there are
};

// Of each row of a "diolkos.bench" or "diolkos.bench_table" document. `origin` begins an error's message.
Result<std::vector<RowStart>> parse_starts(std::string_view origin, std::string_view document);

}  // namespace diolkos::measure
