// Sixteen values of a sum or product of images, for a file compiled for one instruction set.
#pragma once

#include "kernels/integer/pointwise.h"
#include "kernels/integer/rounding.h"

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

// What a sum or product is made by, in registers: what is stored might be any of it for all that the compiler knows.
struct Terms {
  RegisterFloats a, b, start, nudge;
  RegisterInts zero_a, zero_b;
  ToBytes bytes;
  float doubt;
};

DIOLKOS_LANES Terms terms_of(const Pointwise& op, const FloatSum& by) {
  return {in_all_lanes(by.a),      in_all_lanes(by.b),      in_all_lanes(by.start),
          in_all_lanes(by.nudge),  in_all_lanes(op.zero_a), in_all_lanes(op.zero_b),
          to_bytes(op.zero_y, op.low, op.high), by.doubt};
}

// The output less its zero point, a register of whole numbers that are not clamped yet.
DIOLKOS_LANES RegisterFloats rounded_lanes(const Terms& by, RegisterFloats real, RegisterFloats& fraction) {
  return whole_lanes(real + with_sign(by.nudge, reinterpret_cast<RegisterInts>(real)), fraction);
}

DIOLKOS_LANES RegisterFloats summed_lanes(const Terms& by, RegisterFloats a, RegisterFloats b,
                                          RegisterFloats& fraction) {
  return rounded_lanes(by, multiply_add(a, by.a, multiply_add(b, by.b, by.start)), fraction);
}

// `a` and `b`: a register of values each.
template <bool product>
DIOLKOS_LANES RegisterFloats pointwise_lanes(const Terms& by, RegisterInts a, RegisterInts b,
                                             RegisterFloats& fraction) {
  if constexpr (product)
    return rounded_lanes(by, to_floats((a - by.zero_a) * (b - by.zero_b)) * by.a, fraction);
  else
    return summed_lanes(by, to_floats(a), to_floats(b), fraction);
}

// A register of values in integers. Not inlined: its 64-bit lanes would take the registers of the loop around it.
__attribute__((noinline)) void exact_register(const Pointwise& op, const std::uint8_t* a, const std::uint8_t* b,
                                              std::uint8_t* y) {
  if constexpr (kRegister == 16)
    exact_block(op, a, b, y);
  else
    for (int i = 0; i < kRegister; ++i) y[i] = exact_pointwise<std::uint8_t>(op, a[i], b[i]);
}

template <bool product>
DIOLKOS_LANES void pointwise_block(const Pointwise& op, const Terms& by, const std::uint8_t* a, const std::uint8_t* b,
                                   std::uint8_t* y) {
  for (int i = 0; i < 16; i += kRegister) {
    RegisterFloats fraction;
    const RegisterFloats value = pointwise_lanes<product>(by, load_register(a + i), load_register(b + i), fraction);
    if (__builtin_expect(any_beyond(farther(fraction, fraction), by.doubt), false))
      exact_register(op, a + i, b + i, y + i);
    else
      store_bytes(y + i, by.bytes, value);
  }
}

}  // namespace
}  // namespace diolkos::kernels::integer
