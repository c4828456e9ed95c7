// Winograd's minimal filtering F(m x m, 3 x 3), m = 3 or 4, in integers and exact:
//
//   Y = A' [ (G g G') o (B' d B) ] A     n x n products, n = m + 2, in place of 9 m^2
//
// G's rows are brought to integers; what they were multiplied by is made up for in A, so that the sum of products gives
// L^2 Y, L = 24 (m = 4) or 6 (m = 3). |B' d B| <= 25500 and |G g G'| <= 6272 for |d| <= 255 and |g| <= 128: both fit 16
// bits. Sums wrap in 32 bits, and division undoes that: L^2 = 9 * 2^s, 9 has an inverse modulo 2^32, and what is left,
// 2^s Y, is right while |Y| < 2^(31 - s). B, G and A: points 0, 1, -1, 2 (and -2), infinity; Lavin and Gray,
// "Fast algorithms for convolutional neural networks", 2015.
#pragma once

#include <cstdint>

#include "cpu/features.h"

namespace diolkos::kernels::integer {

struct WinogradInput {
  const std::uint8_t* const* pixels;  // n * n, row by row
  std::int64_t first, channels;       // multiples of 16
  std::int32_t zero;                  // as it is held
  std::int16_t* out;                  // [n * n points][channels]
  std::int64_t point_stride;
};

struct WinogradFilters {
  const std::int8_t* packed;  // [pairs of channels][9 taps][32 outputs][2]
  std::int64_t pairs;
  std::int16_t* out;  // [n * n points][pairs][32][2]
  std::int64_t point_stride;
};

struct WinogradOutput {
  const std::int32_t* products;  // [n * n points][32]
  std::int64_t point_stride;
  const std::int32_t* bias;  // [32]; null: add to `out`
  std::int32_t* out;         // [m * m][32]
};

struct WinogradTransforms {
  void (*input)(const WinogradInput& args);
  void (*filters)(const WinogradFilters& args);
  void (*output)(const WinogradOutput& args);
};

constexpr std::int64_t winograd_points(int tile) { return std::int64_t{tile + 2} * (tile + 2); }
constexpr std::int64_t winograd_bound(int tile) { return std::int64_t{1} << (tile == 4 ? 25 : 29); }  // of |Y|

const WinogradTransforms& winograd_transforms(cpu::Isa isa, int tile);

#define DIOLKOS_ISA(name) const WinogradTransforms& winograd_transforms_##name(int tile);
#include "kernels/isas.inc"
#undef DIOLKOS_ISA

}  // namespace diolkos::kernels::integer
