// Class probabilities at the frame's pixels: scores resized (bilinear, half-pixel centres) and softmax after, or the
// sigmoid of a single channel.
#pragma once

#include <span>
#include <vector>

#include "base/result.h"
#include "base/tensor.h"
#include "evaluate/precision_curve.h"
#include "segmentation/axis.h"
#include "segmentation/geometry.h"
#include "segmentation/image.h"
#include "segmentation/scores.h"

namespace diolkos::evaluate {

// Holds its buffers. Not for two threads at once.
class Probabilities {
 public:
  // With `raw` the scores, resized, are taken for probabilities.
  explicit Probabilities(bool raw) : raw_(raw) {}

  // Adds every pixel that is not void to the curves: curve.index is the network's class. With `class_of_one` the truth
  // is 1 where it is the (only) curve's class. What the network has not seen is class 0 for certain.
  Status add(const Tensor& output, const segmentation::Geometry& geometry, const segmentation::Image& truth,
             bool class_of_one, std::span<PrecisionCurve> curves);

 private:
  void compute_row(int y);
  void normalize();
  float at(int index, int x) const;

  bool raw_;
  segmentation::Scores scores_;
  segmentation::Axis rows_;
  segmentation::Axis columns_;
  std::vector<float> row_;   // [class][x]
  std::vector<float> best_;  // of a pixel, then the sum of its exponentials
  std::vector<float> sum_;
};

}  // namespace diolkos::evaluate
