// Which threshold on a quantized network's answer gives, class by class, the mask that agrees best with the float
// network's mask at a probability. Two measures are tried: the class's own score, and its probability.
//
// Pixels are counted in bins of the measure, apart for those inside and those outside the float network's mask. Under
// the threshold at a bin's edge, IoU = inside above / (all inside + outside above). Of equal ones the middle is taken.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "segmentation/class_threshold.h"
#include "segmentation/scores.h"

namespace diolkos::segmentation {

inline constexpr std::uint8_t kNoClass = 255;

// For each pixel the class whose probability is at least `probability` (0.5 or more, so that there is at most one),
// kNoClass where none is. `probabilities`: the values are probabilities already. A single channel stands for class 1.
std::vector<std::uint8_t> confident_classes(const Scores& scores, double probability, bool probabilities);

class ThresholdTransfer {
 public:
  // `probabilities` as above.
  ThresholdTransfer(int channels, bool probabilities);

  // The float network's confident classes and the quantized network's answer on one image, of the same grid.
  Status add(const std::vector<std::uint8_t>& wanted, const Scores& answer);

  // Of the classes that the float network found on at least `least_pixels` pixels, in the order of their indices.
  std::vector<ClassThreshold> thresholds(std::int64_t least_pixels = 64) const;

 private:
  static constexpr int kBins = 4096;
  struct Counts {
    std::vector<std::int64_t> inside, outside;  // by bin
  };
  struct Measure {
    double reach = 0;  // bins cover [-reach, reach); what lies outside is counted at the ends
    std::vector<Counts> classes;
    void count(std::size_t index, double value, bool wanted);
  };
  std::optional<ClassThreshold> best(const Measure& measure, std::size_t index, bool raw, std::int64_t least) const;

  int channels_;
  bool probabilities_;
  Measure raw_, log_odds_;
};

}  // namespace diolkos::segmentation
