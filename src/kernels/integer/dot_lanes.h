// The tile in NEON's registers, for a file compiled for one instruction set: 16 bytes of each pixel are loaded at once,
// and a step multiplies by one lane of them, so that hardly an instruction is spent on anything but products. `V` says
// how:
//   V::Inputs             16 bytes of a pixel, as they are multiplied
//   V::load(from), V::load_step(from)      those; or those of one step, the others zero
//   V::step<lane>(sums, inputs, weights)   sums[pixel][vector] += the lane's group by 16 outputs' weights
#pragma once

#include <arm_neon.h>

#include <utility>

#include "kernels/integer/dot.h"

namespace diolkos::kernels::integer {
namespace {

constexpr int kVectors = 4;  // of four outputs: with six pixels, as many sums as leave room for what is multiplied
constexpr int kStep = 128;   // bytes of weights

template <int pixels>
using Sums = int32x4_t[pixels][kVectors];

template <int pixels>
inline __attribute__((always_inline)) void start_sums(const DotArgs& args, int column, Sums<pixels>& sum) {
#pragma GCC unroll 4
  for (int v = 0; v < kVectors; ++v)
#pragma GCC unroll 8
    for (int p = 0; p < pixels; ++p)
      sum[p][v] = vld1q_s32((args.start != nullptr ? args.start : args.sums + p * kOutputs) + column + 4 * v);
}

// Outputs [column, column + 16).
template <class V, int pixels>
void lane_columns(const DotArgs& args, int column) {
  Sums<pixels> sum;
  start_sums<pixels>(args, column, sum);
  const std::byte* weights = args.weights + column * 4;
  for (int r = 0; r < args.run_count; ++r) {
    const std::byte* input = args.input + args.runs[r].offset;
    int left = args.runs[r].steps;
    typename V::Inputs x[pixels];
    for (; left >= 4; left -= 4, input += 16, weights += 4 * kStep) {
#pragma GCC unroll 8
      for (int p = 0; p < pixels; ++p) x[p] = V::load(input + p * args.pixel_stride);
      V::template step<0, pixels>(sum, x, weights);
      V::template step<1, pixels>(sum, x, weights + kStep);
      V::template step<2, pixels>(sum, x, weights + 2 * kStep);
      V::template step<3, pixels>(sum, x, weights + 3 * kStep);
    }
    for (; left > 0; --left, input += 4, weights += kStep) {
#pragma GCC unroll 8
      for (int p = 0; p < pixels; ++p) x[p] = V::load_step(input + p * args.pixel_stride);
      V::template step<0, pixels>(sum, x, weights);
    }
  }
#pragma GCC unroll 8
  for (int p = 0; p < pixels; ++p)
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) vst1q_s32(args.sums + p * kOutputs + column + 4 * v, sum[p][v]);
}

template <class V, int pixels>
void lane_pixels(const DotArgs& args) {
  for (int column = 0; column < kOutputs; column += 4 * kVectors) lane_columns<V, pixels>(args, column);
}

template <class V, int... counts>
void lanes_of(const DotArgs& args, int pixels, std::integer_sequence<int, counts...>) {
  static constexpr void (*kBySize[])(const DotArgs&) = {lane_pixels<V, counts + 1>...};
  kBySize[pixels - 1](args);
}

template <class V, int max_pixels>
void run_lanes(const DotArgs& args, int pixels) {
  lanes_of<V>(args, pixels, std::make_integer_sequence<int, max_pixels>{});
}

}  // namespace
}  // namespace diolkos::kernels::integer
