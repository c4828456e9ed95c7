// Include from a file compiled for one instruction set. `V` says what a register is:
//   V::Register, V::kLanes (of 32 bits), V::kRows (in each), V::kPixels (summed at once), load(), store(),
//   V::lay(lines, channel, count): one lane a channel, of `count` lines; the rest of a lane is anything,
//   V::multiply_add(Register& sum, Register inputs, Register weights): sums of each lane's products.
#pragma once

#include "kernels/integer/depthwise_columns.h"
#include "kernels/simd/intrinsics.h"

namespace diolkos::kernels::integer {
namespace {

template <class V, int channels>
void lay_group(const LayColumns& args, int first, std::int64_t column_stride) {
  const int count = args.lines_count - first < V::kRows ? args.lines_count - first : V::kRows;
  const std::uint8_t* lines[V::kRows];
  std::int64_t steps[V::kRows];
#pragma GCC unroll 4
  for (int r = 0; r < V::kRows; ++r) {
    lines[r] = args.lines[first + (r < count ? r : 0)];
    steps[r] = args.steps[first + (r < count ? r : 0)];
  }
  std::int32_t* out = args.out + first / V::kRows * kSlice;
  for (std::int64_t column = 0; column < args.columns; ++column, out += column_stride) {
#pragma GCC unroll 4
    for (int c = 0; c < channels; c += V::kLanes) V::store(out + c, V::lay(lines, c, count));
#pragma GCC unroll 4
    for (int r = 0; r < V::kRows; ++r) lines[r] += steps[r];
  }
}

template <class V>
void lay_columns(const LayColumns& args) {
  const std::int64_t column_stride = (args.lines_count + V::kRows - 1) / V::kRows * kSlice;
  for (int first = 0; first < args.lines_count; first += V::kRows)
    args.half ? lay_group<V, kSlice / 2>(args, first, column_stride) : lay_group<V, kSlice>(args, first, column_stride);
}

template <class V, int channels, int pixels>
void sum_pixels(const SumColumns& args, std::int64_t first) {
  constexpr int kVectors = channels / V::kLanes;
  typename V::Register sums[pixels][kVectors];
#pragma GCC unroll 8
  for (int v = 0; v < kVectors; ++v) {
    const auto start = V::load(args.start + v * V::kLanes);
#pragma GCC unroll 8
    for (int p = 0; p < pixels; ++p) sums[p][v] = start;
  }
  const std::int32_t* const laid = args.laid + first * args.pixel_stride;
  for (std::int64_t t = 0; t < args.terms_count; ++t) {
    const std::int32_t* const at = laid + args.terms[t];
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) {
      const auto weights = V::load(args.weights + t * kSlice + v * V::kLanes);
#pragma GCC unroll 8
      for (int p = 0; p < pixels; ++p)
        V::multiply_add(sums[p][v], V::load(at + p * args.pixel_stride + v * V::kLanes), weights);
    }
  }
#pragma GCC unroll 8
  for (int p = 0; p < pixels; ++p)
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) V::store(args.sums + (first + p) * kSlice + v * V::kLanes, sums[p][v]);
}

template <class V, int channels>
void sum_channels(const SumColumns& args) {
  std::int64_t p = 0;
  for (; p + V::kPixels <= args.pixels; p += V::kPixels) sum_pixels<V, channels, V::kPixels>(args, p);
  for (; p < args.pixels; ++p) sum_pixels<V, channels, 1>(args, p);
}

template <class V>
void sum_columns(const SumColumns& args) {
  args.half ? sum_channels<V, kSlice / 2>(args) : sum_channels<V, kSlice>(args);
}

}  // namespace
}  // namespace diolkos::kernels::integer
