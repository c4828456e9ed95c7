// Element by element, over any layout: what matters is how the second operand repeats.
//
//   unary    y[i] = activation(x[i])
//   binary   y[s][p][k] = op(a[s][p][k], b[s * b_segment + p * b_pixel + k]), k < 16
//
// Blocked tensors have segments of height * width pixels: b_pixel = 0 repeats one block over a segment's pixels, and
// b_segment = 0 repeats b over the segments. Flat arrays of equal size are one segment of pixels of 16 elements; the
// last may be cut short.
#pragma once

#include <cstdint>

#include "base/thread_pool.h"
#include "cpu/features.h"
#include "kernels/activation.h"

namespace diolkos::kernels::eltwise {

//   reversed_subtract b - a        reversed_divide b / a        prelu a < 0 ? a * b : a
enum class Op { add, subtract, reversed_subtract, multiply, divide, reversed_divide, maximum, minimum, prelu };

float apply(Op op, float a, float b);

// y may be x.
void run_unary(const Activation& activation, std::int64_t count, cpu::Isa isa, const float* x, float* y,
               ThreadPool& pool);

struct Binary {
  Op op = Op::add;
  std::int64_t segments = 1;
  std::int64_t segment_floats = 0;  // of a and y
  std::int64_t b_segment = 0;
  std::int64_t b_pixel = 16;
  cpu::Isa isa = cpu::Isa::generic;
};

// y may be a, or b where b does not repeat.
void run_binary(const Binary& binary, const float* a, const float* b, float* y, ThreadPool& pool);

}  // namespace diolkos::kernels::eltwise
