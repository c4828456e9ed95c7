// One row of a depthwise integer convolution.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/conv2d/convolution.h"
#include "kernels/integer/pixels.h"
#include "kernels/integer/store.h"

namespace diolkos::kernels::integer {

struct DepthwiseRow {
  conv2d::Axis height, width;
  Image input, output;
  Scaling scaling;
  std::int32_t input_zero = 0;        // as it is held
  std::vector<std::int32_t> weights;  // [tap row][tap column][stride]
  std::vector<std::int32_t> bias;     // [stride]; zeros where sums are wide
  std::vector<std::int32_t> start;    // bias - input_zero * SUM of the weights, for pixels whose taps all hit
  bool wide = false;
};

using DepthwiseKernel = void (*)(const DepthwiseRow& row, const void* image, std::int64_t y, void* out);
DepthwiseKernel depthwise_kernel(cpu::Isa isa);

#define DIOLKOS_ISA(name) DepthwiseKernel depthwise_kernel_##name();
#include "kernels/isas.inc"
#undef DIOLKOS_ISA

}  // namespace diolkos::kernels::integer
