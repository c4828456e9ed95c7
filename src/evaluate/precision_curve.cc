#include "evaluate/precision_curve.h"

#include <numeric>

namespace diolkos::evaluate {

void merge(PrecisionCurve& sum, const PrecisionCurve& part) {
  for (std::size_t bin = 0; bin < kThresholds; ++bin) {
    sum.right[bin] += part.right[bin];
    sum.wrong[bin] += part.wrong[bin];
  }
}

std::optional<double> average_precision(const PrecisionCurve& curve) {
  const auto positives = std::accumulate(curve.right.begin(), curve.right.end(), std::int64_t{0});
  if (positives == 0) return std::nullopt;
  double sum = 0;
  std::int64_t found = 0;
  std::int64_t taken = 0;
  for (std::size_t bin = kThresholds; bin-- > 0;) {
    found += curve.right[bin];
    taken += curve.right[bin] + curve.wrong[bin];
    if (curve.right[bin] == 0) continue;
    sum += static_cast<double>(curve.right[bin]) / static_cast<double>(positives) * static_cast<double>(found) /
           static_cast<double>(taken);
  }
  return sum;
}

std::optional<BestThreshold> best_threshold(const PrecisionCurve& curve) {
  const auto positives = std::accumulate(curve.right.begin(), curve.right.end(), std::int64_t{0});
  if (positives == 0) return std::nullopt;
  BestThreshold best;
  std::int64_t found = 0;
  std::int64_t taken = 0;
  for (std::size_t bin = kThresholds; bin-- > 0;) {
    found += curve.right[bin];
    taken += curve.right[bin] + curve.wrong[bin];
    const double f1 = 2 * static_cast<double>(found) / static_cast<double>(positives + taken);
    if (f1 > best.f1) best = {static_cast<double>(bin) / kThresholds, f1};
  }
  return best;
}

}  // namespace diolkos::evaluate
