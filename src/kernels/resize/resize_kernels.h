// What one instruction set does for resize.h.
#pragma once

#include "kernels/resize/resize.h"

namespace diolkos::kernels::resize {

// An Axis without its containers, which may not be touched from here: their code is shared with other files.
struct AxisView {
  std::int64_t output;
  const std::int32_t* low;
  const std::int32_t* high;
  const float* fraction;
};

struct Kernels {
  // One row of outputs of one block: top and bottom are rows of the input, v how far between them.
  void (*blocked_row)(const AxisView& width, const float* top, const float* bottom, float v, float* output);
  // The same, added to what the output holds.
  void (*blocked_row_onto)(const AxisView& width, const float* top, const float* bottom, float v, float* output);
  // One plain row, resampled across only.
  void (*across)(const AxisView& width, const float* row, float* output);
  // output[i] = top[i] + v (bottom[i] - top[i]) for plain rows.
  void (*blend)(std::int64_t count, const float* top, const float* bottom, float v, float* output);
  // output[i] = SUM_k weights[k] * rows[indices[k] * count + i] for plain rows; weights of 0 are left out.
  void (*weighted_sum)(std::int64_t count, const float* rows, std::int64_t taps, const std::int32_t* indices,
                       const float* weights, float* output);
};

#define DIOLKOS_ISA(name) Kernels kernels_##name();
#include "kernels/isas.inc"
#undef DIOLKOS_ISA

}  // namespace diolkos::kernels::resize
