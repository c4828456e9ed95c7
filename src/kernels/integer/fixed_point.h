// TFLite's fixed-point product of a sum and a real multiplier, mantissa * 2^(exponent - 31): the doubled product's high
// half, rounded half up, then a shift to the right, rounded half away from zero.
#pragma once

#include <algorithm>
#include <cstdint>

namespace diolkos::kernels::integer {

struct Multiplier {
  std::int32_t mantissa = 0;  // in [2^30, 2^31), or 0
  int exponent = 0;           // in [-31, 30]
};

inline std::int32_t multiply(std::int32_t x, std::int32_t mantissa, int exponent) {
  const int left = exponent > 0 ? exponent : 0;
  const int right = exponent < 0 ? -exponent : 0;
  const auto shifted = static_cast<std::int32_t>(static_cast<std::uint32_t>(x) << left);
  const std::int64_t high = (static_cast<std::int64_t>(shifted) * mantissa + (std::int64_t{1} << 30)) >> 31;
  if (right == 0) return static_cast<std::int32_t>(high);
  return static_cast<std::int32_t>((high + (std::int64_t{1} << (right - 1)) + (high >> 63)) >> right);
}

// 64-bit sums: the mantissa keeps 16 bits, and one rounding is done.
inline std::int32_t multiply(std::int64_t x, std::int32_t mantissa, int exponent) {
  const std::int64_t reduced = mantissa < 0x7FFF0000 ? (mantissa + (1 << 15)) >> 16 : 0x7FFF;
  const int shift = 15 - exponent;
  const std::uint64_t rounded =
      static_cast<std::uint64_t>(x) * static_cast<std::uint64_t>(reduced) + (std::uint64_t{1} << (shift - 1));
  return static_cast<std::int32_t>(static_cast<std::int64_t>(rounded) >> shift);
}

}  // namespace diolkos::kernels::integer
