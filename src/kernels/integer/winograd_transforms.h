// Winograd's minimal filtering F(m x k, 3 x 3), m and k 3 or 4, in integers and exact:
//
//   Y = A' [ (G g G') o (B' d B) ] A     (m + 2) (k + 2) products in place of 9 m k
//
// G's rows are brought to integers; what they were multiplied by is made up for in A, so that the sum of products gives
// L Y, L the product of 24 (of 4 outputs) or 6 (of 3) for each axis. |B' d B| <= 25500 and |G g G'| <= 6272 for |d| <=
// 255 and |g| <= 128: both fit 16 bits. Sums wrap in 32 bits, and division undoes that: L = 9 * 2^s, 9 has an inverse
// modulo 2^32, and what is left, 2^s Y, is right while |Y| < 2^(31 - s). B, G and A: points 0, 1, -1, 2 (and -2),
// infinity; Lavin and Gray, "Fast algorithms for convolutional neural networks", 2015. G's rows of 3 outputs are among
// those of 4.
#pragma once

#include <cstdint>

#include "cpu/features.h"

namespace diolkos::kernels::integer {

struct WinogradInput {
  const std::uint8_t* const* pixels;  // of the tile's points, row by row
  std::int64_t first, channels;       // multiples of 16
  std::int32_t zero;                  // as it is held
  std::int16_t* out;                  // [points][channels]
  const std::int64_t* offsets;        // of each of the tile's points in it
};

struct WinogradFilters {
  const std::int8_t* packed;  // [pairs of channels][9 taps][32 outputs][2]
  std::int64_t pairs;
  std::int16_t* out;  // [points][pairs][32][2]
  std::int64_t point_stride;
};

struct WinogradOutput {
  const std::int32_t* products;  // [points][32]
  const std::int64_t* offsets;   // of each of the tile's points in it
  const std::int32_t* bias;      // [32]; null: add to `out`
  std::int32_t* out;             // [m * k][32]
};

struct WinogradTransforms {
  void (*input)(const WinogradInput& args);
  void (*filters)(const WinogradFilters& args);
  void (*output)(const WinogradOutput& args);
};

constexpr int kMostWinogradPoints = 36;
constexpr int winograd_points(int height, int width) { return (height + 2) * (width + 2); }
constexpr std::int64_t winograd_bound(int height, int width) {  // of |Y|
  return std::int64_t{1} << (31 - (height == 4 ? 3 : 1) - (width == 4 ? 3 : 1));
}

const WinogradTransforms& winograd_transforms(cpu::Isa isa, int height, int width);

#define DIOLKOS_ISA(name) const WinogradTransforms& winograd_transforms_##name(int height, int width);
#include "kernels/isas.inc"
#undef DIOLKOS_ISA

}  // namespace diolkos::kernels::integer
