// float16 (IEEE 754 binary16) and bfloat16 to and from float32; rounding to nearest, ties to even.
#pragma once

#include <bit>
#include <cstdint>

namespace diolkos {

inline float bfloat16_to_float(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

inline std::uint16_t float_to_bfloat16(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return static_cast<std::uint16_t>((bits >> 16) | 0x40u);  // a quiet NaN
  return static_cast<std::uint16_t>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

float half_to_float(std::uint16_t bits);
std::uint16_t float_to_half(float value);

}  // namespace diolkos
