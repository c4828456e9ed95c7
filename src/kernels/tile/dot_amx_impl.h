// Dot tiles of bfloat16 on AMX's registers (kernels/amx/tiles.h): a step is 32 channels, sums pass between the
// registers and the output as they lie there.
#pragma once

#include <algorithm>
#include <utility>

#include "kernels/amx/tiles.h"
#include "kernels/simd/activate.h"
#include "kernels/tile/tile.h"

namespace diolkos::kernels::tile {
namespace {

constexpr std::int64_t kDepth = 32;

template <bool split>
constexpr PlaneLayout kMatrixPlanes{kDepth, split ? 2 * kDepth : kDepth};

inline float* sums_of(const Args& args, std::int64_t block, std::int64_t pixel) {
  return args.output + block * args.output_block_stride + 16 * args.output_step * pixel;
}

inline std::int64_t sum_stride(const Args& args) { return 64 * args.output_step; }  // bytes

// A row of the bias, or of the output, for every pixel of the tile.
template <class Tiles, int sum>
void start_sum(const Args& args, std::int64_t block, std::int64_t pixel) {
  if (args.bias != nullptr)
    Tiles::template load<sum>(args.bias + 16 * block, 0);
  else
    Tiles::template load<sum>(sums_of(args, block, pixel), sum_stride(args));
}

template <class Tiles, int sum>
void store_sum(const Args& args, std::int64_t block, std::int64_t pixel) {
  Tiles::template store<sum>(sums_of(args, block, pixel), sum_stride(args));
}

template <class Tiles, int blocks>
void load_weights(const std::uint16_t* weights) {
  Tiles::template load<6>(weights, blocks * 64);
  if constexpr (blocks == 2) Tiles::template load<7>(weights + 32, blocks * 64);
}

template <class Tiles, int blocks, bool both>
void add_products(const std::uint16_t* input, std::int64_t pixel_stride, int first) {
  Tiles::template load<4>(input, 2 * pixel_stride);
  Tiles::template add_products_bf16<0, 4, 6>();
  if constexpr (blocks == 2) Tiles::template add_products_bf16<1, 4, 7>();
  if constexpr (both) {
    Tiles::template load<5>(input + first * pixel_stride, 2 * pixel_stride);
    Tiles::template add_products_bf16<2, 5, 6>();
    if constexpr (blocks == 2) Tiles::template add_products_bf16<3, 5, 7>();
  }
}

template <class Tiles, bool split, int blocks, bool both>
void sum_tiles(const Args& args, int first) {
  start_sum<Tiles, 0>(args, 0, 0);
  if constexpr (blocks == 2) start_sum<Tiles, 1>(args, 1, 0);
  if constexpr (both) start_sum<Tiles, 2>(args, 0, first);
  if constexpr (both && blocks == 2) start_sum<Tiles, 3>(args, 1, first);
  constexpr std::int64_t kWeights = kDepth * 16 * blocks;
  const std::int64_t stride = kMatrixPlanes<split>.pixel_stride * args.input_step;
  const auto* weights = static_cast<const std::uint16_t*>(args.weights);
  for (std::int64_t s = 0; s < args.steps; ++s) {
    const auto* const input = static_cast<const std::uint16_t*>(args.input) + args.offsets[s];
    load_weights<Tiles, blocks>(weights);
    add_products<Tiles, blocks, both>(input, stride, first);
    if constexpr (split) {
      add_products<Tiles, blocks, both>(input + kDepth, stride, first);
      load_weights<Tiles, blocks>(weights + kWeights);
      add_products<Tiles, blocks, both>(input, stride, first);
    }
    weights += (split ? 2 : 1) * kWeights;
  }
  store_sum<Tiles, 0>(args, 0, 0);
  if constexpr (blocks == 2) store_sum<Tiles, 1>(args, 1, 0);
  if constexpr (both) store_sum<Tiles, 2>(args, 0, first);
  if constexpr (both && blocks == 2) store_sum<Tiles, 3>(args, 1, first);
}

inline void finish_sums(const Args& args, int blocks, int pixels) {
  if (args.residual == nullptr && args.activation.kind == Activation::Kind::linear) return;
  for (int b = 0; b < blocks; ++b) {
    for (int p = 0; p < pixels; ++p) {
      float* const to = sums_of(args, b, p);
      Block16 sum = load(to);
      if (args.residual != nullptr) sum = sum + load(args.residual + (to - args.output));
      store(to, activate(args.activation, sum));
    }
  }
}

template <class Tiles, bool split, int blocks, int pixels>
void run_dots(const Args& args) {
  constexpr int first = amx::first_half(pixels);
  constexpr bool both = pixels > first;
  Tiles::configure(first, both ? pixels - first : first);
  sum_tiles<Tiles, split, blocks, both>(args, first);
  finish_sums(args, blocks, pixels);
}

template <class Tiles, bool split, int blocks, int... pixels>
void fill_dots(Kernel (&row)[kMaxPixels], std::integer_sequence<int, pixels...>) {
  ((row[pixels] = run_dots<Tiles, split, blocks, pixels + 1>), ...);
}

template <bool split, void (*round16)(const float*, std::uint16_t*, std::uint16_t*)>
void round_pixels(const float* from, std::uint16_t* to, std::int64_t pixels) {
  for (std::int64_t p = 0; p < pixels; ++p, from += 16, to += kMatrixPlanes<split>.pixel_stride)
    round16(from, to, split ? to + kDepth : nullptr);
}

// round16(from, highs, rests): rests are null where they are not wanted.
template <class Tiles, bool split, void (*round16)(const float*, std::uint16_t*, std::uint16_t*)>
Dots make_dots(const char* instructions) {
  constexpr int kPixels = 2 * amx::kRows;
  constexpr auto pixels = std::make_integer_sequence<int, kPixels>{};
  Dots dots{.instructions = instructions,
            .numbers = split ? "3 x bf16" : "bf16",
            .max_blocks = 2,
            .max_pixels = kPixels,
            .layout = kMatrixPlanes<split>,
            .paired = true,
            .split = split,
            .round = round_pixels<split, round16>,
            .kernels = {},
            .rows = amx::kRows,
            .release = Tiles::release};
  fill_dots<Tiles, split, 1>(dots.kernels[0], pixels);
  fill_dots<Tiles, split, 2>(dots.kernels[1], pixels);
  return dots;
}

}  // namespace
}  // namespace diolkos::kernels::tile
