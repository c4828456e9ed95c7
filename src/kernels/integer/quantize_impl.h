// Include from a file compiled for one instruction set, which defines quantize_kernel_NAME(). Plain loops: nothing in
// them keeps the compiler from doing a register at a time.
#pragma once

#include <limits>

#include "kernels/integer/quantize.h"

namespace diolkos::kernels::integer {
namespace {

constexpr float kFar = 1e6f;  // beyond every type, with every zero point

// Of the whole number of halves half is taken: doubling is exact.
inline std::int32_t away_from_zero(float steps) {
  const float size = steps < 0 ? -steps : steps;
  const float near = size < kFar ? size : size != size ? 0.0f : kFar;
  const std::int32_t whole = (static_cast<std::int32_t>(2 * near) + 1) >> 1;
  return steps < 0 ? -whole : whole;
}

// What is added leaves no bits below 1.
inline std::int32_t to_even(float steps) {
  constexpr float kWhole = 12582912.0f;  // 1.5 * 2^23
  float near = steps != steps ? 0.0f : steps;
  near = near < -kFar ? -kFar : near;
  near = near > kFar ? kFar : near;
  return static_cast<std::int32_t>((near + kWhole) - kWhole);
}

template <class T, std::int32_t (*rounded)(float)>
void quantize_all(const Quantize& by, std::int64_t count, const float* x, T* y) {
  constexpr std::int32_t low = std::numeric_limits<T>::min(), high = std::numeric_limits<T>::max();
  const float scale = by.scale;
  const std::int32_t zero = by.zero;
  for (std::int64_t i = 0; i < count; ++i) {
    std::int32_t stored = rounded(x[i] / scale) + zero;
    stored = stored < low ? low : stored;
    y[i] = static_cast<T>(stored > high ? high : stored);
  }
}

template <class T>
void quantize_as(const Quantize& by, std::int64_t count, const float* x, void* y) {
  if (by.halves == Halves::to_even)
    quantize_all<T, to_even>(by, count, x, static_cast<T*>(y));
  else
    quantize_all<T, away_from_zero>(by, count, x, static_cast<T*>(y));
}

void quantize(const Quantize& by, std::int64_t count, const float* x, void* y) {
  if (by.dtype == DType::int16) return quantize_as<std::int16_t>(by, count, x, y);
  by.dtype == DType::uint8 ? quantize_as<std::uint8_t>(by, count, x, y) : quantize_as<std::int8_t>(by, count, x, y);
}

}  // namespace
}  // namespace diolkos::kernels::integer
