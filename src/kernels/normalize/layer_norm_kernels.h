// What one instruction set does for layer_norm.h.
#pragma once

#include "kernels/normalize/layer_norm.h"

namespace diolkos::kernels::normalize {

// Pixels `pixel_step` apart, their blocks of 16 channels `block_step` apart; both of x and y.
struct Rows {
  std::int64_t count, channels, pixel_step, block_step;
  bool whole_blocks;  // the last may be read and written whole
  float epsilon;
};

struct Kernels {
  void (*layer_norm)(const Rows& rows, const float* x, const float* scale, const float* bias, float* y);
};

#define DIOLKOS_ISA(name) Kernels kernels_##name();
#include "kernels/isas.inc"
#undef DIOLKOS_ISA

}  // namespace diolkos::kernels::normalize
