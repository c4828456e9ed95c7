// Include from a file compiled for one instruction set, which defines pointwise_kernels_NAME().
#pragma once

#include "kernels/integer/lanes.h"
#include "kernels/integer/pointwise.h"

namespace diolkos::kernels::integer {
namespace {

template <class T>
inline T exact_pointwise(const Pointwise& op, std::int32_t a, std::int32_t b) {
  std::int32_t sum;
  if (op.product) {
    sum = (a - op.zero_a) * (b - op.zero_b);
  } else {
    const std::int32_t x = multiply((a - op.zero_a) * (1 << op.shift), op.to_a.mantissa, op.to_a.exponent);
    const std::int32_t z = multiply((b - op.zero_b) * (1 << op.shift), op.to_b.mantissa, op.to_b.exponent);
    sum = op.sign > 0 ? x + z : x - z;
  }
  const std::int64_t y = static_cast<std::int64_t>(multiply(sum, op.to_y.mantissa, op.to_y.exponent)) + op.zero_y;
  return static_cast<T>(y < op.low ? op.low : y > op.high ? op.high : y);
}

// In integers, of multipliers up to 1.
template <class T>
DIOLKOS_LANES void exact_block(const Pointwise& op, const T* a, const T* b, T* y) {
  const auto times = [](Ints x, const Multiplier& by) {
    return multiply_lanes(x, Ints{} + by.mantissa, Ints{} - by.exponent);
  };
  const Ints x = load(a) - op.zero_a, z = load(b) - op.zero_b;
  Ints sum;
  if (op.product) {
    sum = x * z;
  } else {
    const Longs first = times(x * (1 << op.shift), op.to_a), second = times(z * (1 << op.shift), op.to_b);
    sum = to_ints(op.sign > 0 ? first + second : first - second);
  }
  store(y, clamp_longs(times(sum, op.to_y) + op.zero_y, op.low, op.high));
}

constexpr float kDoubtOfSum = 0.4990f;  // a sum's inner roundings and larger terms

template <bool product>
DIOLKOS_LANES void pointwise_block(const Pointwise& op, const FloatSum& by, const std::uint8_t* a,
                                   const std::uint8_t* b, std::uint8_t* y) {
  const Ints x = load(a) - op.zero_a, z = load(b) - op.zero_b;
  Floats real;
  if constexpr (product)
    real = to_floats(x * z) * by.a;
  else
    real = to_floats(x) * by.a + to_floats(z) * by.b;
  Floats doubt;
  const Ints value = round_lanes(real, Floats{} + by.nudge, doubt) + op.zero_y;
  if (__builtin_expect(any_beyond(doubt, kDoubtOfSum), false)) {
    exact_block(op, a, b, y);
    return;
  }
  store(y, clamp_lanes(value, op.low, op.high));
}

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
  each_pixel(op, from_a, from_b, b_step, to, all,
             [&](const std::uint8_t* a, const std::uint8_t* b, std::uint8_t* y, std::int64_t count) {
               std::int64_t i = 0;
               if (sum.certain && op.product)
                 for (; i + 16 <= count; i += 16) pointwise_block<true>(op, sum, a + i, b + i, y + i);
               else if (sum.certain)
                 for (; i + 16 <= count; i += 16) pointwise_block<false>(op, sum, a + i, b + i, y + i);
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
