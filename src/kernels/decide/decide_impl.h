// Decisions for one instruction set; see decide_kernels.h.
#pragma once

#include <math.h>  // logf: a function of the library, not one that is compiled here

#include "kernels/decide/decide_kernels.h"
#include "kernels/simd/block16.h"
#include "kernels/simd/exponential.h"

namespace diolkos::kernels::decide {
namespace {

// Blocks of neighbours worked on together, so that every cache line that is touched is used.
constexpr int kTogether = 4;

// body<blocks>(first) for all of `count`; the last block lies over the one before where they are not even.
template <class Body>
void for_each_part(std::int64_t count, Body body) {
  std::int64_t i = 0;
  for (; i + 16 * kTogether <= count; i += 16 * kTogether) body.template operator()<kTogether>(i);
  for (; i + 16 <= count; i += 16) body.template operator()<1>(i);
  if (i < count) body.template operator()<1>(count - 16);
}

// The larger one; what is not a number is not.
inline Block16 larger(Block16 best, Block16 value) { return where_negative(best - value, value, best); }

template <int kBlocks>
void largest_part(int classes, std::int64_t stride, const float* x, std::uint8_t* y) {
  Block16 best[kBlocks], index[kBlocks];
  for (int b = 0; b < kBlocks; ++b) {
    best[b] = load(x + 16 * b);
    index[b] = splat(0);
  }
  for (int c = 1; c < classes; ++c)
    for (int b = 0; b < kBlocks; ++b) {
      const Block16 value = load(x + c * stride + 16 * b);
      const Block16 better = best[b] - value;
      best[b] = where_negative(better, value, best[b]);
      index[b] = where_negative(better, splat(static_cast<float>(c)), index[b]);
    }
  float lanes[16];
  for (int b = 0; b < kBlocks; ++b) {
    store(lanes, index[b]);
    for (int i = 0; i < 16; ++i) y[16 * b + i] = static_cast<std::uint8_t>(lanes[i]);
  }
}

template <int kBlocks>
void best_other_part(int classes, std::int64_t stride, int index, const float* x, Block16* best) {
  for (int b = 0; b < kBlocks; ++b) best[b] = splat(-__builtin_inff());
  for (int c = 0; c < classes; ++c) {
    if (c == index) continue;
    for (int b = 0; b < kBlocks; ++b) best[b] = larger(best[b], load(x + c * stride + 16 * b));
  }
}

template <int kBlocks>
void log_odds_part(int classes, std::int64_t stride, int index, const float* x, float* y) {
  Block16 most[kBlocks], sum[kBlocks];
  best_other_part<kBlocks>(classes, stride, index, x, most);
  for (int b = 0; b < kBlocks; ++b) sum[b] = splat(0);
  for (int c = 0; c < classes; ++c) {
    if (c == index) continue;
    for (int b = 0; b < kBlocks; ++b) sum[b] = sum[b] + exponential(load(x + c * stride + 16 * b) - most[b]);
  }
  float lanes[16];
  for (int b = 0; b < kBlocks; ++b) {
    store(lanes, sum[b]);
    for (float& lane : lanes) lane = ::logf(lane);
    store(y + 16 * b, load(x + index * stride + 16 * b) - most[b] - load(lanes));
  }
}

void largest(int classes, std::int64_t stride, std::int64_t count, const float* x, std::uint8_t* y) {
  for_each_part(count, [&]<int kBlocks>(std::int64_t i) { largest_part<kBlocks>(classes, stride, x + i, y + i); });
}

void best_other(int classes, std::int64_t stride, int index, std::int64_t count, const float* x, float* y) {
  for_each_part(count, [&]<int kBlocks>(std::int64_t i) {
    Block16 best[kBlocks];
    best_other_part<kBlocks>(classes, stride, index, x + i, best);
    for (int b = 0; b < kBlocks; ++b) store(y + i + 16 * b, best[b]);
  });
}

void log_odds(int classes, std::int64_t stride, int index, std::int64_t count, const float* x, float* y) {
  for_each_part(count,
                [&]<int kBlocks>(std::int64_t i) { log_odds_part<kBlocks>(classes, stride, index, x + i, y + i); });
}

}  // namespace
}  // namespace diolkos::kernels::decide
