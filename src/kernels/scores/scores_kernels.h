// What one instruction set does for scores.h: `count` neighbours along `inner`, classes `stride` apart.
#pragma once

#include "kernels/scores/scores.h"

namespace diolkos::kernels::scores {

struct Kernels {
  void (*softmax)(std::int64_t extent, std::int64_t stride, std::int64_t count, bool logarithm, const float* x,
                  float* y);
  void (*softmax_row)(std::int64_t extent, bool logarithm, const float* x, float* y);  // inner is 1
  void (*arg)(std::int64_t extent, std::int64_t stride, std::int64_t count, bool smallest, const float* x,
              std::int64_t* y);
};

#define DIOLKOS_ISA(name) Kernels kernels_##name();
#include "kernels/isas.inc"
#undef DIOLKOS_ISA

}  // namespace diolkos::kernels::scores
