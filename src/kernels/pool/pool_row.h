// What one instruction set does for pooling: a row of outputs of one block, and the mean of a plane.
#pragma once

#include "kernels/pool/pool.h"

namespace diolkos::kernels::pool {

struct Row {
  const Spec& spec;
  std::int64_t row;
  const float* input;  // the block's plane
  float* output;       // [width][16]
};

struct Kernels {
  void (*row)(const Row&);
  void (*mean)(const float* plane, std::int64_t pixels, float* output);
};

#define DIOLKOS_ISA(name) Kernels kernels_##name();
#include "kernels/isas.inc"
#undef DIOLKOS_ISA

}  // namespace diolkos::kernels::pool
