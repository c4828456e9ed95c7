// Layer normalisation for one instruction set; see layer_norm_kernels.h.
#pragma once

#include <math.h>  // sqrtf: an instruction, or a function of the library

#include "kernels/normalize/layer_norm_kernels.h"
#include "kernels/simd/block16.h"

namespace diolkos::kernels::normalize {
namespace {

// Pixels worked on together: the sums over a pixel's lanes wait for each other.
constexpr int kTogether = 4;

struct Tail {
  std::int64_t at;     // whole blocks before it
  std::int64_t count;  // channels in it, may be 0
  Block16 inside;      // 1 in its lanes, 0 beyond
};

// The lanes beyond are 0, whatever lies there.
inline Block16 load_tail(const float* p, std::int64_t count) {
  float lanes[16];
  for (std::int64_t i = 0; i < 16; ++i) lanes[i] = i < count ? p[i] : 0.0f;
  return load(lanes);
}

inline void store_tail(float* p, std::int64_t count, Block16 a) {
  float lanes[16];
  store(lanes, a);
  for (std::int64_t i = 0; i < count; ++i) p[i] = lanes[i];
}

template <int kPixels>
void normalize_pixels(const Rows& rows, const Tail& tail, const float* x, const float* scale, const float* bias,
                      float* y) {
  const float share = 1.0f / static_cast<float>(rows.channels);
  const auto from = [&](std::int64_t block, int p) { return x + block * rows.block_step + p * rows.pixel_step; };
  const auto to = [&](std::int64_t block, int p) { return y + block * rows.block_step + p * rows.pixel_step; };
  Block16 sum[kPixels], mean[kPixels], factor[kPixels];
  for (int p = 0; p < kPixels; ++p)
    sum[p] = tail.count == 0 ? splat(0) : load_tail(from(tail.at, p), tail.count);
  for (std::int64_t b = 0; b < tail.at; ++b)
    for (int p = 0; p < kPixels; ++p) sum[p] = sum[p] + load(from(b, p));
  for (int p = 0; p < kPixels; ++p) mean[p] = splat(sum_of(sum[p]) * share);
  for (int p = 0; p < kPixels; ++p) {
    sum[p] = splat(0);
    if (tail.count == 0) continue;
    const Block16 apart = (load_tail(from(tail.at, p), tail.count) - mean[p]) * tail.inside;
    sum[p] = apart * apart;
  }
  for (std::int64_t b = 0; b < tail.at; ++b)
    for (int p = 0; p < kPixels; ++p) {
      const Block16 apart = load(from(b, p)) - mean[p];
      sum[p] = multiply_add(apart, apart, sum[p]);
    }
  for (int p = 0; p < kPixels; ++p) factor[p] = splat(1.0f / ::sqrtf(sum_of(sum[p]) * share + rows.epsilon));
  for (std::int64_t b = 0; b < tail.at; ++b) {
    const Block16 by = load(scale + 16 * b), plus = load(bias + 16 * b);
    for (int p = 0; p < kPixels; ++p)
      store(to(b, p), multiply_add((load(from(b, p)) - mean[p]) * factor[p], by, plus));
  }
  if (tail.count == 0) return;
  const Block16 by = load(scale + 16 * tail.at), plus = load(bias + 16 * tail.at);
  for (int p = 0; p < kPixels; ++p) {
    const Block16 even = (load_tail(from(tail.at, p), tail.count) - mean[p]) * factor[p] * tail.inside;
    store_tail(to(tail.at, p), rows.whole_blocks ? 16 : tail.count, multiply_add(even, by, plus));
  }
}

void layer_norm(const Rows& rows, const float* x, const float* scale, const float* bias, float* y) {
  float inside[16];
  const std::int64_t count = rows.channels % 16;
  for (int i = 0; i < 16; ++i) inside[i] = i < count ? 1.0f : 0.0f;
  const Tail tail{rows.channels / 16, count, load(inside)};
  std::int64_t p = 0;
  for (; p + kTogether <= rows.count; p += kTogether)
    normalize_pixels<kTogether>(rows, tail, x + p * rows.pixel_step, scale, bias, y + p * rows.pixel_step);
  for (; p < rows.count; ++p)
    normalize_pixels<1>(rows, tail, x + p * rows.pixel_step, scale, bias, y + p * rows.pixel_step);
}

}  // namespace
}  // namespace diolkos::kernels::normalize
