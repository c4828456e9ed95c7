// Sums and products of integer images, element by element, by TFLite's definition; values as they are held (pixels.h).
#pragma once

#include <cstdint>
#include <vector>

#include "base/dtype.h"
#include "base/thread_pool.h"
#include "cpu/features.h"
#include "kernels/integer/fixed_point.h"

namespace diolkos::kernels::integer {

// add: y = zero_y + multiply(multiply((a - zero_a) << shift, to_a) + sign * multiply((b - zero_b) << shift, to_b),
// to_y) mul: y = zero_y + multiply((a - zero_a) * (b - zero_b), to_y) clamped to [low, high].
struct Pointwise {
  bool product = false;
  std::int32_t sign = 1;  // of b in a sum
  int shift = 20;
  Multiplier to_a, to_b, to_y;
  std::int32_t zero_a = 0, zero_b = 0, zero_y = 0, low = 0, high = 0;
  DType dtype = DType::int8;
  std::int64_t segments = 1;   // each with one b of its own where b repeats
  std::int64_t segment = 0;    // elements of a in each, whole pixels
  std::int64_t pixel = 16;     // elements of a pixel
  bool repeats = false;        // b has one pixel a segment
  std::int64_t b_segment = 0;  // elements of b from one segment to the next
  cpu::Isa isa = cpu::Isa::generic;
};

void run_pointwise(const Pointwise& op, const void* a, const void* b, void* y, ThreadPool& pool);

// 8-bit results from float32 where their rounding is certain.
struct FloatSum {
  float a = 0, b = 0;  // real multipliers to the output's steps
  float start = 0;     // of a sum: what the zero points come to
  float nudge = 0;
  float doubt = 0;  // a fraction beyond it may have been on the other side of the half
  bool certain = false;
};
// `less`: what is taken from a's values before.
FloatSum float_sum(const Pointwise& op, std::int32_t less = 0);

struct PointwiseKernels {
  void (*u8)(const Pointwise& op, const FloatSum& sum, const std::uint8_t* a, const std::uint8_t* b,
             std::int64_t b_step, std::uint8_t* y, std::int64_t count);
  void (*s16)(const Pointwise& op, const std::int16_t* a, const std::int16_t* b, std::int64_t b_step, std::int16_t* y,
              std::int64_t count);
};

#define DIOLKOS_ISA(name) PointwiseKernels pointwise_kernels_##name();
#include "kernels/isas.inc"
#undef DIOLKOS_ISA

}  // namespace diolkos::kernels::integer
