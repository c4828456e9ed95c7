// One row of outputs of one block of channels of a depthwise convolution.
//
//   output[j][c] = activation(bias[c] + residual[j][c]
//                  + SUM_a,b input[(row * sh - ph + a * dh)][j * sw - pw + b * dw][c] * weights[a][b][c])
//
// for c < 16, over the a and b that hit the input.
#pragma once

#include "cpu/features.h"
#include "kernels/conv2d/convolution.h"

namespace diolkos::kernels::conv2d {

struct DepthwiseRow {
  Axis height;
  Axis width;
  Activation activation;
  std::int64_t row;
  const float* input;     // the block's plane
  const float* weights;   // [kernel height][kernel width][16]
  const float* bias;      // [16]
  const float* residual;  // [width][16], or null
  float* output;          // [width][16]
};

using DepthwiseKernel = void (*)(const DepthwiseRow&);
DepthwiseKernel depthwise_kernel(cpu::Isa isa);

#define DIOLKOS_ISA(name) void depthwise_row_##name(const DepthwiseRow& row);
#include "kernels/isas.inc"
#undef DIOLKOS_ISA

}  // namespace diolkos::kernels::conv2d
