// Precision and recall of classes over thresholds, pixel by pixel, from counts that add up exactly.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace diolkos::evaluate {

inline constexpr int kThresholds = 256;

// Pixels of one class by its probability p there: bin i holds i / 256 <= p < (i + 1) / 256, the last one p = 1 as well.
struct PrecisionCurve {
  int index = 0;                                  // of the class
  std::array<std::int64_t, kThresholds> right{};  // pixels that are of the class
  std::array<std::int64_t, kThresholds> wrong{};  // pixels that are not

  void add(float probability, bool of_the_class) {
    const float scaled = probability * kThresholds;  // NaN is held for 0
    const std::size_t bin = scaled >= kThresholds - 1 ? kThresholds - 1
                            : scaled > 0              ? static_cast<std::size_t>(scaled)
                                                      : 0;
    ++(of_the_class ? right : wrong)[bin];
  }
};

void merge(PrecisionCurve& sum, const PrecisionCurve& part);

// Sum over the thresholds i / 256, falling, of (recall - recall before) * precision; nullopt where no pixel is of the
// class.
std::optional<double> average_precision(const PrecisionCurve& curve);

struct BestThreshold {
  double threshold = 0, f1 = 0;
};
// The threshold i / 256 of the highest F1 score (the Dice coefficient of all pixels), the highest of equals.
std::optional<BestThreshold> best_threshold(const PrecisionCurve& curve);

}  // namespace diolkos::evaluate
