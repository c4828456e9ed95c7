// What depthwise convolutions have in common: packed weights, and rows of one plane.
#pragma once

#include "kernels/aligned_floats.h"
#include "kernels/conv2d/convolution.h"
#include "kernels/conv2d/depthwise_row.h"
#include "kernels/conv2d/split.h"

namespace diolkos::kernels::conv2d {

class DepthwisePlanes {
 public:
  explicit DepthwisePlanes(const Spec& spec);
  bool allocated() const { return weights_.data() != nullptr && bias_.data() != nullptr; }
  std::size_t weight_bytes() const { return weights_.bytes() + bias_.bytes(); }

  // Rows of outputs of one block of channels. `input` is the block's plane, whose rows `height` tells of: all, or some
  // that hold what these outputs need. `output` and `residual` (null: none) begin with row 0.
  void run(std::int64_t block, const Axis& height, const float* input, Range rows, const float* residual,
           float* output) const;

 private:
  Shape shape_;
  Activation activation_;
  DepthwiseKernel row_;
  AlignedFloats weights_;  // [block][tap][16]
  AlignedFloats bias_;
};

}  // namespace diolkos::kernels::conv2d
