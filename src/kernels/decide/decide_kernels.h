// What one instruction set does for decide.h; `count` is at least 16, and y none of x.
#pragma once

#include "kernels/decide/decide.h"

namespace diolkos::kernels::decide {

struct Kernels {
  void (*largest)(int classes, std::int64_t stride, std::int64_t count, const float* x, std::uint8_t* y);
  void (*best_other)(int classes, std::int64_t stride, int index, std::int64_t count, const float* x, float* y);
  void (*log_odds)(int classes, std::int64_t stride, int index, std::int64_t count, const float* x, float* y);
};

#define DIOLKOS_ISA(name) Kernels kernels_##name();
#include "kernels/isas.inc"
#undef DIOLKOS_ISA

}  // namespace diolkos::kernels::decide
