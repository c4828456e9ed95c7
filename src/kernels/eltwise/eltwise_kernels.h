// What one instruction set does for eltwise.h, over whole blocks of 16.
#pragma once

#include "kernels/eltwise/eltwise.h"

namespace diolkos::kernels::eltwise {

struct Kernels {
  void (*unary)(const Activation& activation, std::int64_t blocks, const float* x, float* y);
  void (*binary)(Op op, std::int64_t blocks, const float* a, const float* b, std::int64_t b_step, float* y);
};

#define DIOLKOS_ISA(name) Kernels kernels_##name();
#include "kernels/isas.inc"
#undef DIOLKOS_ISA

}  // namespace diolkos::kernels::eltwise
