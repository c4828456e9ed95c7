// What a list of samples says.
#pragma once

#include <span>

namespace diolkos::measure {

struct Summary {
  double min = 0, median = 0, mean = 0, p90 = 0, p95 = 0, p99 = 0, max = 0;
  double stddev = 0;  // of the sample (n - 1); 0 for one sample
};

// Percentile q in [0, 1] of sorted samples, linear between neighbours (NumPy's default). Samples must not be empty.
double percentile(std::span<const double> sorted, double q);

Summary summarize(std::span<const double> samples);  // all zero for none

}  // namespace diolkos::measure
