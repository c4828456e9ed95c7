// Dot tiles by VDPBF16PS: sum += a[0] * b[0] + a[1] * b[1], without subnormals.
#include "kernels/tile/tile_families.h"
#include "kernels/tile/tile_impl.h"

namespace diolkos::kernels::tile {
namespace {

inline void accumulate_pairs(Block16& sum, __m512i a, __m512i b) {
  __asm__("vdpbf16ps %2, %1, %0" : "+v"(sum.v) : "v"(a), "v"(b));
}

template <int blocks, int pixels>
void run_dots(const Args& args) {
  constexpr int kPairs = 8;
  Block16 sum[pixels][blocks];
  start<blocks, pixels>(args, sum);
  const auto* weights = static_cast<const std::uint16_t*>(args.weights);
  const std::int32_t* const end = args.offsets + args.steps;
  for (const std::int32_t* offset = args.offsets; offset != end; ++offset) {
    const auto* input = static_cast<const std::uint16_t*>(args.input) + *offset;
    for (int k = 0; k < kPairs; k += 2) {
      // The next tile's pixels, two to a line of the cache.
      constexpr int lines = (pixels + 7) / 8;
#pragma GCC unroll 2
      for (int line = 0; line < lines; ++line)
        __builtin_prefetch(input + (pixels + 2 * line) * 16 + (k / 2) * (lines * 32), 0, 3);
#pragma GCC unroll 2
      for (int u = 0; u < 2; ++u) {
        __m512i weight[blocks];
#pragma GCC unroll 2
        for (int b = 0; b < blocks; ++b) weight[b] = _mm512_loadu_si512(weights + (u * blocks + b) * 32);
#pragma GCC unroll 14
        for (int p = 0; p < pixels; ++p) {
          std::int32_t pair;
          __builtin_memcpy(&pair, input + p * 16 + 2 * (k + u), sizeof(pair));
          const __m512i value = _mm512_set1_epi32(pair);
#pragma GCC unroll 2
          for (int b = 0; b < blocks; ++b) accumulate_pairs(sum[p][b], weight[b], value);
        }
      }
      weights += 2 * blocks * 32;
    }
  }
  finish<blocks, pixels>(args, sum);
}

template <int blocks, int... pixels>
void fill_dots(Kernel (&row)[kMaxPixels], std::integer_sequence<int, pixels...>) {
  ((row[pixels] = run_dots<blocks, pixels + 1>), ...);
}

void round_pixels(const float* from, std::uint16_t* to, std::int64_t pixels) {
  for (std::int64_t i = 0; i < 16 * pixels; i += 16)
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + i),
                        reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(_mm512_loadu_ps(from + i))));
}

Dots make_dots() {
  constexpr int kPixels = 14;
  constexpr auto pixels = std::make_integer_sequence<int, kPixels>{};
  Dots dots{"avx512", "bf16", 2, kPixels, kBlockedPlanes, true, false, round_pixels, {}};
  fill_dots<1>(dots.kernels[0], pixels);
  fill_dots<2>(dots.kernels[1], pixels);
  return dots;
}

}  // namespace

const Dots& dots_avx512bf16() {
  static const Dots dots = make_dots();
  return dots;
}

}  // namespace diolkos::kernels::tile
