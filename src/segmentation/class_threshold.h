// Thresholds that were carried over from a float network to its quantized file: under them the file's mask of a class
// agrees best with the float network's mask at a probability.
#pragma once

#include <optional>
#include <vector>

#include "base/result.h"
#include "segmentation/normalization.h"

namespace diolkos::segmentation {

struct ClassThreshold {
  int class_index = 0;
  bool raw = false;      // of the class's score; else of its probability
  double threshold = 0;
  double agreement = 0;  // IoU with the float network's mask on the calibration images
};

// Metadata diolkos.thresholds: a line each, "12 raw 3.25 0.9731".
void write_metadata(const std::vector<ClassThreshold>& thresholds, Metadata& metadata);
Result<std::vector<ClassThreshold>> read_class_thresholds(const Metadata& metadata);

// The one that agrees best, of raw ones only where `raw`; nullopt where the class has none.
std::optional<ClassThreshold> best_threshold(const std::vector<ClassThreshold>& thresholds, int class_index, bool raw);

}  // namespace diolkos::segmentation
