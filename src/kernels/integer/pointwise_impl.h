// Include from a file compiled for one instruction set, which defines pointwise_kernels_NAME().
#pragma once

#include "kernels/integer/pointwise_block.h"

namespace diolkos::kernels::integer {
namespace {

// b advances by b_step with each pixel of a: its own pixels, or one for all.
template <class T, class Block>
inline void each_pixel(const Pointwise& op, const T* a, const T* b, std::int64_t b_step, T* y, std::int64_t count,
                       Block&& block) {
  if (b_step != 0) {
    block(a, b, y, count);
    return;
  }
  for (std::int64_t i = 0; i < count; i += op.pixel) block(a + i, b, y + i, op.pixel);
}

void pointwise_u8(const Pointwise& op, const FloatSum& sum, const std::uint8_t* from_a, const std::uint8_t* from_b,
                  std::int64_t b_step, std::uint8_t* to, std::int64_t all) {
  const Terms terms = terms_of(op, sum);
  each_pixel(op, from_a, from_b, b_step, to, all,
             [&](const std::uint8_t* a, const std::uint8_t* b, std::uint8_t* y, std::int64_t count) {
               std::int64_t i = 0;
               if (sum.certain && op.product)
                 for (; i + 16 <= count; i += 16) pointwise_block<true>(op, terms, a + i, b + i, y + i);
               else if (sum.certain)
                 for (; i + 16 <= count; i += 16) pointwise_block<false>(op, terms, a + i, b + i, y + i);
               for (; i < count; ++i) y[i] = exact_pointwise<std::uint8_t>(op, a[i], b[i]);
             });
}

void pointwise_s16(const Pointwise& op, const std::int16_t* from_a, const std::int16_t* from_b, std::int64_t b_step,
                   std::int16_t* to, std::int64_t all) {
  each_pixel(op, from_a, from_b, b_step, to, all,
             [&](const std::int16_t* a, const std::int16_t* b, std::int16_t* y, std::int64_t count) {
               const bool below_one = op.to_y.exponent <= 0 && op.to_a.exponent <= 0 && op.to_b.exponent <= 0;
               std::int64_t i = 0;
               for (; below_one && i + 16 <= count; i += 16) exact_block(op, a + i, b + i, y + i);
               for (; i < count; ++i) y[i] = exact_pointwise<std::int16_t>(op, a[i], b[i]);
             });
}

}  // namespace
}  // namespace diolkos::kernels::integer
