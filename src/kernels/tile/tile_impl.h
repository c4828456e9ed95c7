// The tile for one instruction set; include it from a file compiled for that set and define
// family_NAME() by make_family<max_blocks, max_pixels>().
#pragma once

#include <utility>

#include "kernels/simd/activate.h"
#include "kernels/simd/half16.h"
#include "kernels/tile/tile.h"

namespace diolkos::kernels::tile {
namespace {

template <Form form>
struct Traits;
template <>
struct Traits<Form::blocked> {
  static constexpr int depth = 16, stride = 16, unroll = 4;
};
template <>
struct Traits<Form::plain> {
  static constexpr int depth = 1, stride = 1, unroll = 1;
};

// start() and finish() must be inlined: sums whose address leaves run() do not stay in registers.
template <int blocks, int pixels>
[[gnu::always_inline]] inline void start(const Args& args, Block16 (&sum)[pixels][blocks]) {
#pragma GCC unroll 2
  for (int b = 0; b < blocks; ++b) {
    if (args.bias != nullptr) {
      const Block16 bias = load(args.bias + 16 * b);
#pragma GCC unroll 14
      for (int p = 0; p < pixels; ++p) sum[p][b] = bias;
    } else {
      const float* from = args.output + b * args.output_block_stride;
#pragma GCC unroll 14
      for (int p = 0; p < pixels; ++p) sum[p][b] = load(from + 16 * p);
    }
  }
}

template <int blocks, int pixels>
[[gnu::always_inline]] inline void finish(const Args& args, Block16 (&sum)[pixels][blocks]) {
  if (args.residual != nullptr) {
#pragma GCC unroll 2
    for (int b = 0; b < blocks; ++b)
#pragma GCC unroll 14
      for (int p = 0; p < pixels; ++p)
        sum[p][b] = sum[p][b] + load(args.residual + b * args.output_block_stride + 16 * p);
  }
  if (args.activation.kind == Activation::Kind::clip) {
#pragma GCC unroll 14
    for (int p = 0; p < pixels; ++p)
#pragma GCC unroll 2
      for (int b = 0; b < blocks; ++b) sum[p][b] = clip(sum[p][b], args.activation.a, args.activation.b);
  }
#pragma GCC unroll 2
  for (int b = 0; b < blocks; ++b) {
    float* to = args.output + b * args.output_block_stride;
#pragma GCC unroll 14
    for (int p = 0; p < pixels; ++p) store(to + 16 * p, sum[p][b]);
  }
  if (args.activation.kind == Activation::Kind::linear || args.activation.kind == Activation::Kind::clip) return;
  for (int b = 0; b < blocks; ++b) {
    float* to = args.output + b * args.output_block_stride;
    for (int p = 0; p < pixels; ++p) store(to + 16 * p, activate(args.activation, load(to + 16 * p)));
  }
}

template <Form form, int blocks, int pixels, class Weight = float>
void run(const Args& args) {
  constexpr int depth = Traits<form>::depth;
  constexpr int stride = Traits<form>::stride;
  constexpr int unroll = Traits<form>::unroll;
  Block16 sum[pixels][blocks];
  start<blocks, pixels>(args, sum);
  const auto* weights = static_cast<const Weight*>(args.weights);
  const std::int32_t* const end = args.offsets + args.steps;
  for (const std::int32_t* offset = args.offsets; offset != end; ++offset) {
    const float* input = static_cast<const float*>(args.input) + *offset;
    const int busy = form == Form::blocked && offset + 1 == end ? depth - args.idle : depth;
    for (int k = 0; k < busy; k += unroll) {
      if constexpr (form == Form::blocked) {
        // The next tile's pixels usually lie behind these: a quarter of its lines with each quarter of the step.
        constexpr int lines = (pixels + 3) / 4;
#pragma GCC unroll 4
        for (int line = 0; line < lines; ++line)
          __builtin_prefetch(input + (pixels + line) * stride + (k / unroll) * (lines * stride - unroll), 0, 3);
      }
#pragma GCC unroll 4
      for (int u = 0; u < unroll; ++u) {
        Block16 weight[blocks];
#pragma GCC unroll 2
        for (int b = 0; b < blocks; ++b) weight[b] = load(weights + (u * blocks + b) * 16);
#pragma GCC unroll 14
        for (int p = 0; p < pixels; ++p) {
          if constexpr (blocks == 1) {
            accumulate_splat(sum[p][0], input[p * stride + u], weight[0]);
            continue;
          }
          const Block16 value = splat(input[p * stride + u]);
#pragma GCC unroll 2
          for (int b = 0; b < blocks; ++b) accumulate(sum[p][b], value, weight[b]);
        }
      }
      input += unroll;
      weights += unroll * blocks * 16;
    }
  }
  finish<blocks, pixels>(args, sum);
}

template <Form form, int blocks, class Weight = float, int... pixels>
void fill(Kernel (&row)[kMaxPixels], std::integer_sequence<int, pixels...>) {
  ((row[pixels] = run<form, blocks, pixels + 1, Weight>), ...);
}

template <int max_blocks, int max_pixels>
Family make_family(cpu::Isa isa) {
  Family family{isa, max_blocks, max_pixels, {}, {}};
  constexpr auto pixels = std::make_integer_sequence<int, max_pixels>{};
  fill<Form::blocked, 1>(family.kernels[0][0], pixels);
  fill<Form::plain, 1>(family.kernels[1][0], pixels);
  fill<Form::blocked, 1, Bfloat16>(family.stored[0][0], pixels);
  fill<Form::blocked, 1, Float16>(family.stored[1][0], pixels);
  if constexpr (max_blocks == 2) {
    fill<Form::blocked, 2>(family.kernels[0][1], pixels);
    fill<Form::plain, 2>(family.kernels[1][1], pixels);
    fill<Form::blocked, 2, Bfloat16>(family.stored[0][1], pixels);
    fill<Form::blocked, 2, Float16>(family.stored[1][1], pixels);
  }
  return family;
}

}  // namespace
}  // namespace diolkos::kernels::tile
