// Register tiles of a depthwise row (depthwise_row.h): a few neighbouring outputs of 16 channels.
#pragma once

#include <cstdint>

#include "kernels/conv2d/depthwise_row.h"
#include "kernels/simd/activate.h"
#include "kernels/simd/window.h"

namespace diolkos::kernels::conv2d {
namespace {

// What a tap beside the input reads.
alignas(64) constexpr float kZeros[16] = {};

inline bool hits(const Axis& axis, std::int64_t at) {
  return static_cast<std::uint64_t>(at) < static_cast<std::uint64_t>(axis.input);
}

inline const float* input_row(const DepthwiseRow& args, std::int64_t tap) {
  const Axis& height = args.height;
  return args.input + (args.row * height.stride - height.pad + tap * height.dilation) * args.width.input * 16;
}

// start() and finish() must be inlined: sums whose address leaves the tile do not stay in registers. They are those of
// tile_impl.h for one block; called from both, GCC 12 keeps some of the larger tiles' sums on the stack.
template <int pixels>
[[gnu::always_inline]] inline void start(const DepthwiseRow& args, Block16 (&sum)[pixels]) {
  const Block16 bias = load(args.bias);
#pragma GCC unroll 8
  for (int p = 0; p < pixels; ++p) sum[p] = bias;
}

template <int pixels>
[[gnu::always_inline]] inline void finish(const DepthwiseRow& args, std::int64_t j, Block16 (&sum)[pixels]) {
  float* const to = args.output + j * 16;
  if (args.residual != nullptr) {
#pragma GCC unroll 8
    for (int p = 0; p < pixels; ++p) sum[p] = sum[p] + load(args.residual + (j + p) * 16);
  }
  if (args.activation.kind == Activation::Kind::clip) {
#pragma GCC unroll 8
    for (int p = 0; p < pixels; ++p) sum[p] = clip(sum[p], args.activation.a, args.activation.b);
  }
#pragma GCC unroll 8
  for (int p = 0; p < pixels; ++p) store(to + p * 16, sum[p]);
  if (args.activation.kind == Activation::Kind::linear || args.activation.kind == Activation::Kind::clip) return;
  for (int p = 0; p < pixels; ++p) store(to + p * 16, activate(args.activation, load(to + p * 16)));
}

// Outputs [j, j + pixels), over the rows of taps that hit: all their columns hit where they are `inside`.
using DepthwiseTile = void (*)(const DepthwiseRow& args, Taps rows, std::int64_t j);

// Of any window: an input is loaded for each tap that meets it.
struct AnyWindow {
  template <int pixels, bool inside>
  static void tile(const DepthwiseRow& args, Taps rows, std::int64_t j) {
    const Axis& width = args.width;
    Block16 sum[pixels];
    start(args, sum);
    for (std::int64_t a = rows.begin; a < rows.end; ++a) {
      const float* const from = input_row(args, a);
      std::int64_t column = j * width.stride - width.pad;
      for (std::int64_t b = 0; b < width.kernel; ++b, column += width.dilation) {
        const Block16 weight = load(args.weights + (a * width.kernel + b) * 16);
#pragma GCC unroll 8
        for (int p = 0; p < pixels; ++p) {
          const std::int64_t at = column + p * width.stride;
          accumulate(sum[p], load(inside || hits(width, at) ? from + at * 16 : kZeros), weight);
        }
      }
    }
    finish(args, j, sum);
  }
};

// Of a window known beforehand: an input is loaded once a row, for all the taps that meet it.
template <int kernel, int stride, int dilation>
struct Window {
  static bool is(const Axis& axis) {
    return axis.kernel == kernel && axis.stride == stride && axis.dilation == dilation;
  }

  template <int pixels, bool inside>
  static void tile(const DepthwiseRow& args, Taps rows, std::int64_t j) {
    constexpr int reach = (pixels - 1) * stride + (kernel - 1) * dilation + 1;
    const std::int64_t column = j * stride - args.width.pad;
    Block16 sum[pixels];
    start(args, sum);
    for (std::int64_t a = rows.begin; a < rows.end; ++a) {
      const float* const from = input_row(args, a) + column * 16;
      Block16 weight[kernel];
#pragma GCC unroll 8
      for (int b = 0; b < kernel; ++b) weight[b] = load(args.weights + (a * kernel + b) * 16);
#pragma GCC unroll 32
      for (int at = 0; at < reach; ++at) {
        const Block16 value = load(inside || hits(args.width, column + at) ? from + at * 16 : kZeros);
#pragma GCC unroll 8
        for (int b = 0; b < kernel; ++b) {
          const int ahead = at - b * dilation;
          if (ahead >= 0 && ahead % stride == 0 && ahead / stride < pixels)
            accumulate(sum[ahead / stride], value, weight[b]);
        }
      }
    }
    finish(args, j, sum);
  }
};

}  // namespace
}  // namespace diolkos::kernels::conv2d
