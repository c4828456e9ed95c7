// The row for one instruction set; see depthwise_row.h.
#pragma once

#include "kernels/conv2d/depthwise_row.h"
#include "kernels/simd/activate.h"
#include "kernels/simd/window.h"

namespace diolkos::kernels::conv2d {
namespace {

inline Taps taps_of(const Axis& axis, std::int64_t at) {
  return taps_in_range(at * axis.stride - axis.pad, axis.dilation, axis.kernel, axis.input);
}

template <int pixels>
inline void row_tile(const DepthwiseRow& args, Taps rows, Taps columns, std::int64_t j) {
  const Axis& width = args.width;
  Block16 sum[pixels];
  const Block16 bias = load(args.bias);
#pragma GCC unroll 8
  for (int p = 0; p < pixels; ++p) sum[p] = bias;
  const std::int64_t step = width.stride * 16;
  for (std::int64_t a = rows.begin; a < rows.end; ++a) {
    const std::int64_t row = args.row * args.height.stride - args.height.pad + a * args.height.dilation;
    const float* from = args.input + (row * width.input + j * width.stride - width.pad) * 16;
    for (std::int64_t b = columns.begin; b < columns.end; ++b) {
      const Block16 weight = load(args.weights + (a * width.kernel + b) * 16);
      const float* at = from + b * width.dilation * 16;
#pragma GCC unroll 8
      for (int p = 0; p < pixels; ++p) accumulate(sum[p], load(at + p * step), weight);
    }
  }
#pragma GCC unroll 8
  for (int p = 0; p < pixels; ++p) {
    if (args.residual != nullptr) sum[p] = sum[p] + load(args.residual + (j + p) * 16);
    store(args.output + (j + p) * 16, activate(args.activation, sum[p]));
  }
}

// Outputs whose every tap hits go several at once, those at the borders one by one.
template <int pixels>
void depthwise_row(const DepthwiseRow& args) {
  const Axis& width = args.width;
  const Taps rows = taps_of(args.height, args.row);
  const Taps all{0, width.kernel};
  const std::int64_t reach = (width.kernel - 1) * width.dilation;
  const std::int64_t inner_begin = ceil_divide(width.pad, width.stride);
  std::int64_t inner_end = ceil_divide(width.input - reach + width.pad, width.stride);
  if (inner_end > width.output) inner_end = width.output;
  std::int64_t j = 0;
  while (j < width.output) {
    if (j >= inner_begin && j + pixels <= inner_end) {
      row_tile<pixels>(args, rows, all, j);
      j += pixels;
    } else {
      row_tile<1>(args, rows, taps_of(width, j), j);
      ++j;
    }
  }
}

}  // namespace
}  // namespace diolkos::kernels::conv2d
