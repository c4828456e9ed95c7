// TFLite's fixed-point arithmetic (gemmlowp's): a real multiplier as a 32-bit mantissa and a power of two, products
// rounded twice, half away from zero.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace diolkos::reference::quantized {

// real = mantissa * 2^(exponent - 31), mantissa in [2^30, 2^31), or both 0.
struct Multiplier {
  std::int32_t mantissa = 0;
  int exponent = 0;

  static Multiplier of(double real) {
    if (!(real > 0)) return {};
    Multiplier result;
    const double fraction = std::frexp(real, &result.exponent);
    auto mantissa = static_cast<std::int64_t>(std::round(fraction * static_cast<double>(std::int64_t{1} << 31)));
    if (mantissa == (std::int64_t{1} << 31)) {
      mantissa /= 2;
      ++result.exponent;
    }
    if (result.exponent < -31) return {};
    if (result.exponent > 30) return {std::numeric_limits<std::int32_t>::max(), 30};
    result.mantissa = static_cast<std::int32_t>(mantissa);
    return result;
  }
};

// round(a * b / 2^31), half away from zero; saturated where both are the least integer.
inline std::int32_t doubling_high_product(std::int32_t a, std::int32_t b) {
  constexpr std::int32_t kLeast = std::numeric_limits<std::int32_t>::min();
  if (a == kLeast && b == kLeast) return std::numeric_limits<std::int32_t>::max();
  const std::int64_t product = static_cast<std::int64_t>(a) * b;
  const std::int64_t nudge = product >= 0 ? (std::int64_t{1} << 30) : 1 - (std::int64_t{1} << 30);
  return static_cast<std::int32_t>((product + nudge) / (std::int64_t{1} << 31));
}

// round(x / 2^exponent), half away from zero; exponent in [0, 31].
inline std::int32_t divide_by_power(std::int32_t x, int exponent) {
  const auto mask = static_cast<std::int32_t>((std::int64_t{1} << exponent) - 1);
  const std::int32_t remainder = x & mask;
  const std::int32_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);
  return (x >> exponent) + (remainder > threshold ? 1 : 0);
}

// x * multiplier. The shift to the left wraps, as TFLite's does where it overflows.
inline std::int32_t multiply(std::int32_t x, const Multiplier& by) {
  const int left = std::max(by.exponent, 0);
  const int right = std::max(-by.exponent, 0);
  const auto shifted = static_cast<std::int32_t>(static_cast<std::uint32_t>(x) << left);
  return divide_by_power(doubling_high_product(shifted, by.mantissa), right);
}

// The same for 64-bit sums (int16 activations): the mantissa keeps 16 bits, and one rounding is done.
inline std::int32_t multiply(std::int64_t x, const Multiplier& by) {
  const std::int32_t reduced = by.mantissa < 0x7FFF0000 ? (by.mantissa + (1 << 15)) >> 16 : 0x7FFF;
  const int shift = 15 - by.exponent;
  const std::int64_t sum = x * reduced + (std::int64_t{1} << (shift - 1));
  return static_cast<std::int32_t>(sum >> shift);
}

}  // namespace diolkos::reference::quantized
