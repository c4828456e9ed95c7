// Scores for one instruction set; see scores_kernels.h.
#pragma once

#include <math.h>  // logf: a function of the library, not one that is compiled here

#include "kernels/scores/scores_kernels.h"
#include "kernels/simd/block16.h"
#include "kernels/simd/exponential.h"

namespace diolkos::kernels::scores {
namespace {

// Blocks of neighbours worked on together, so that every cache line that is touched is used.
constexpr int kTogether = 4;

// The first `count` of sixteen; the rest repeat the first.
inline Block16 load_part(const float* p, std::int64_t count) {
  float lanes[16];
  for (std::int64_t i = 0; i < 16; ++i) lanes[i] = p[i < count ? i : 0];
  return load(lanes);
}

inline void store_part(float* p, std::int64_t count, Block16 a) {
  float lanes[16];
  store(lanes, a);
  for (std::int64_t i = 0; i < count; ++i) p[i] = lanes[i];
}

inline Block16 logarithms(Block16 a) {
  float lanes[16];
  store(lanes, a);
  for (float& lane : lanes) lane = ::logf(lane);
  return load(lanes);
}

// Neighbours of one class, whole blocks of them or a part of one.
template <int kBlocks>
struct Whole {
  Block16 at(const float* p, int b) const { return load(p + 16 * b); }
  void put(float* p, int b, Block16 a) const { store(p + 16 * b, a); }
};
struct Part {
  std::int64_t count;
  Block16 at(const float* p, int) const { return load_part(p, count); }
  void put(float* p, int, Block16 a) const { store_part(p, count, a); }
};

template <int kBlocks, class Lanes>
void softmax_blocks(const Lanes& lanes, std::int64_t extent, std::int64_t stride, bool logarithm, const float* x,
                    float* y) {
  Block16 peak[kBlocks], sum[kBlocks];
  for (int b = 0; b < kBlocks; ++b) {
    peak[b] = lanes.at(x, b);
    sum[b] = splat(0);
  }
  for (std::int64_t c = 1; c < extent; ++c)
    for (int b = 0; b < kBlocks; ++b) peak[b] = at_least(peak[b], lanes.at(x + c * stride, b));
  for (std::int64_t c = 0; c < extent; ++c)
    for (int b = 0; b < kBlocks; ++b) {
      const Block16 below = lanes.at(x + c * stride, b) - peak[b];
      const Block16 power = exponential(below);
      lanes.put(y + c * stride, b, logarithm ? below : power);
      sum[b] = sum[b] + power;
    }
  for (int b = 0; b < kBlocks; ++b) sum[b] = logarithm ? logarithms(sum[b]) : splat(1) / sum[b];
  for (std::int64_t c = 0; c < extent; ++c)
    for (int b = 0; b < kBlocks; ++b) {
      const Block16 value = lanes.at(y + c * stride, b);
      lanes.put(y + c * stride, b, logarithm ? value - sum[b] : value * sum[b]);
    }
}

void softmax(std::int64_t extent, std::int64_t stride, std::int64_t count, bool logarithm, const float* x, float* y) {
  std::int64_t i = 0;
  for (; i + 16 * kTogether <= count; i += 16 * kTogether)
    softmax_blocks<kTogether>(Whole<kTogether>{}, extent, stride, logarithm, x + i, y + i);
  for (; i + 16 <= count; i += 16) softmax_blocks<1>(Whole<1>{}, extent, stride, logarithm, x + i, y + i);
  if (i < count) softmax_blocks<1>(Part{count - i}, extent, stride, logarithm, x + i, y + i);
}

void softmax_row(std::int64_t extent, bool logarithm, const float* x, float* y) {
  const std::int64_t whole = extent / 16 * 16;
  float peak = x[0];
  if (whole != 0) {
    Block16 peaks = load(x);
    for (std::int64_t c = 16; c < whole; c += 16) peaks = at_least(peaks, load(x + c));
    peak = largest_of(peaks);
  }
  for (std::int64_t c = whole; c < extent; ++c) peak = x[c] > peak ? x[c] : peak;
  Block16 sums = splat(0);
  for (std::int64_t c = 0; c < whole; c += 16) {
    const Block16 below = load(x + c) - splat(peak);
    const Block16 power = exponential(below);
    store(y + c, logarithm ? below : power);
    sums = sums + power;
  }
  float sum = sum_of(sums);
  if (whole < extent) {
    float powers[16];
    const Block16 below = load_part(x + whole, extent - whole) - splat(peak);
    const Block16 power = exponential(below);
    store(powers, power);
    for (std::int64_t i = 0; i < extent - whole; ++i) sum += powers[i];
    store_part(y + whole, extent - whole, logarithm ? below : power);
  }
  const float by = logarithm ? ::logf(sum) : 1 / sum;
  for (std::int64_t c = 0; c < whole; c += 16)
    store(y + c, logarithm ? load(y + c) - splat(by) : load(y + c) * splat(by));
  for (std::int64_t c = whole; c < extent; ++c) y[c] = logarithm ? y[c] - by : y[c] * by;
}

// Indices are held as floats, exact up to 2^24. `wins`: negative where the new value takes the place of the best.
template <int kBlocks, class Lanes, class Wins>
void arg_blocks(const Lanes& lanes, std::int64_t extent, std::int64_t stride, const float* x, float* indices,
                Wins wins) {
  Block16 best[kBlocks], index[kBlocks];
  for (int b = 0; b < kBlocks; ++b) {
    best[b] = lanes.at(x, b);
    index[b] = splat(0);
  }
  for (std::int64_t c = 1; c < extent; ++c)
    for (int b = 0; b < kBlocks; ++b) {
      const Block16 value = lanes.at(x + c * stride, b);
      const Block16 better = wins(value, best[b]);
      best[b] = where_negative(better, value, best[b]);
      index[b] = where_negative(better, splat(static_cast<float>(c)), index[b]);
    }
  for (int b = 0; b < kBlocks; ++b) store(indices + 16 * b, index[b]);
}

template <class Wins>
void arg_of(std::int64_t extent, std::int64_t stride, std::int64_t count, const float* x, std::int64_t* y, Wins wins) {
  float indices[16 * kTogether];
  std::int64_t i = 0;
  for (; i + 16 * kTogether <= count; i += 16 * kTogether) {
    arg_blocks<kTogether>(Whole<kTogether>{}, extent, stride, x + i, indices, wins);
    for (int k = 0; k < 16 * kTogether; ++k) y[i + k] = static_cast<std::int64_t>(indices[k]);
  }
  for (; i < count; i += 16) {
    const std::int64_t part = count - i < 16 ? count - i : 16;
    arg_blocks<1>(Part{part}, extent, stride, x + i, indices, wins);
    for (std::int64_t k = 0; k < part; ++k) y[i + k] = static_cast<std::int64_t>(indices[k]);
  }
}

void arg(std::int64_t extent, std::int64_t stride, std::int64_t count, bool smallest, const float* x, std::int64_t* y) {
  if (smallest)
    arg_of(extent, stride, count, x, y, [](Block16 value, Block16 best) { return value - best; });
  else
    arg_of(extent, stride, count, x, y, [](Block16 value, Block16 best) { return best - value; });
}

}  // namespace
}  // namespace diolkos::kernels::scores
