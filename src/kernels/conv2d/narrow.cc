#include "kernels/conv2d/narrow.h"

#include <algorithm>

#include "base/half.h"
#include "kernels/layout/blocked.h"

namespace diolkos::kernels::conv2d {
namespace {

template <class Narrow>
void pair_rows(const float* from, std::int64_t depths, std::int64_t lanes, std::uint16_t* to, Narrow narrowed) {
  for (std::int64_t depth = 0; depth < depths; depth += 2, from += 2 * lanes)
    for (std::int64_t lane = 0; lane < lanes; ++lane)
      for (int row = 0; row < 2; ++row) *to++ = narrowed(from[row * lanes + lane]);
}

std::uint16_t rest_of(float x) { return float_to_bfloat16(x - bfloat16_to_float(float_to_bfloat16(x))); }

// The second half of every pixel's channels, where the channels' blocks are odd.
void clear_second_half(tile::PlaneLayout layout, std::uint16_t* plane, std::int64_t pixels) {
  for (std::int64_t at = 0; at < pixels * layout.pixel_stride; at += layout.depth)
    std::fill_n(plane + at + kBlock, kBlock, std::uint16_t{0});
}

}  // namespace

void narrow(tile::Storage storage, const float* from, std::int64_t count, std::uint16_t* to, ThreadPool& pool) {
  constexpr std::int64_t kAtOnce = 1 << 16;
  auto* const round = storage == tile::Storage::float16 ? float_to_half : float_to_bfloat16;
  pool.parallel_for((count + kAtOnce - 1) / kAtOnce, [&](std::int64_t item, int) {
    const std::int64_t end = std::min(count, (item + 1) * kAtOnce);
    for (std::int64_t i = item * kAtOnce; i < end; ++i) to[i] = round(from[i]);
  });
}

void narrow_pairs(const float* from, std::int64_t depths, std::int64_t lanes, std::uint16_t* to) {
  pair_rows(from, depths, lanes, to, float_to_bfloat16);
}

void narrow_split(const float* from, std::int64_t depths, std::int64_t depth, std::int64_t lanes, std::uint16_t* to) {
  for (std::int64_t row = 0; row < depths; row += depth, from += depth * lanes, to += 2 * depth * lanes) {
    pair_rows(from, depth, lanes, to, float_to_bfloat16);
    pair_rows(from, depth, lanes, to + depth * lanes, rest_of);
  }
}

void round_planes(const tile::Dots& dots, const float* image, std::int64_t channels, std::int64_t pixels,
                  std::uint16_t* to, ThreadPool& pool) {
  constexpr std::int64_t kAtOnce = 1 << 10;
  const std::int64_t blocks = blocks_of(channels), per_plane = dots.layout.depth / kBlock;
  const std::int64_t parts = (pixels + kAtOnce - 1) / kAtOnce;
  pool.parallel_for(blocks * parts, [&](std::int64_t item, int) {
    const std::int64_t block = item / parts, first = item % parts * kAtOnce;
    const std::int64_t count = std::min(kAtOnce, pixels - first);
    std::uint16_t* const pixel = to + (block / per_plane * pixels + first) * dots.layout.pixel_stride;
    dots.round(image + (block * pixels + first) * kBlock, pixel + block % per_plane * kBlock, count);
    if (per_plane == 2 && block % 2 == 0 && block + 1 == blocks) clear_second_half(dots.layout, pixel, count);
  });
}

}  // namespace diolkos::kernels::conv2d
