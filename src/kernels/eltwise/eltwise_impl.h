// Element by element for one instruction set; see eltwise_kernels.h.
#pragma once

#include "kernels/eltwise/eltwise_kernels.h"
#include "kernels/simd/activate.h"

namespace diolkos::kernels::eltwise {
namespace {

void unary(const Activation& activation, std::int64_t blocks, const float* x, float* y) {
  for (std::int64_t i = 0; i < blocks; ++i) store(y + 16 * i, activate(activation, load(x + 16 * i)));
}

template <class F>
inline void each_block(std::int64_t blocks, const float* a, const float* b, std::int64_t b_step, float* y, F op) {
  for (std::int64_t i = 0; i < blocks; ++i) store(y + 16 * i, op(load(a + 16 * i), load(b + b_step * i)));
}

void binary(Op op, std::int64_t blocks, const float* a, const float* b, std::int64_t b_step, float* y) {
  const auto with = [&](auto f) { each_block(blocks, a, b, b_step, y, f); };
  switch (op) {
    case Op::add: return with([](Block16 p, Block16 q) { return p + q; });
    case Op::subtract: return with([](Block16 p, Block16 q) { return p - q; });
    case Op::reversed_subtract: return with([](Block16 p, Block16 q) { return q - p; });
    case Op::multiply: return with([](Block16 p, Block16 q) { return p * q; });
    case Op::divide: return with([](Block16 p, Block16 q) { return p / q; });
    case Op::reversed_divide: return with([](Block16 p, Block16 q) { return q / p; });
    case Op::maximum: return with([](Block16 p, Block16 q) { return at_least(p, q); });
    case Op::minimum: return with([](Block16 p, Block16 q) { return at_most(p, q); });
    case Op::prelu: return with([](Block16 p, Block16 q) { return where_negative(p, p * q, p); });
  }
}

}  // namespace
}  // namespace diolkos::kernels::eltwise
