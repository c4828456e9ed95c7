// The product by tiles, over `Tiles`: the instructions themselves, or their model in plain C++. A tile has up to 16
// rows of 64 bytes. Four of sums (two of pixels by two of 16 outputs), two of inputs, two of weights; a row of inputs
// holds 64 channels of a pixel, a row of weights four channels of 16 outputs.
//   Tiles::configure(rows)      rows of the tiles of inputs and sums; tiles of weights have 16
//   Tiles::zero<t>(), load<t>(from, stride), store<t>(to, stride)
//   Tiles::multiply_add<sum, inputs, weights>()
#pragma once

#include "kernels/integer/dot.h"

namespace diolkos::kernels::integer {
namespace {

constexpr int kTileRows = 16;
constexpr int kTileSteps = 16;  // of four channels, in one tile of weights
constexpr std::int64_t kWeightRow = 128;
constexpr std::int64_t kSumRow = kOutputs * 4;

// `rows` pixels, or twice as many.
template <class Tiles, bool both>
void tile_products(const DotArgs& args, int rows, std::int32_t* sums) {
  Tiles::configure(rows);
  Tiles::template zero<0>();
  Tiles::template zero<1>();
  if constexpr (both) {
    Tiles::template zero<2>();
    Tiles::template zero<3>();
  }
  const std::byte* weights = args.weights;
  for (int r = 0; r < args.run_count; ++r) {
    const std::byte* input = args.input + args.runs[r].offset;
    for (int s = 0; s < args.runs[r].steps; s += kTileSteps) {
      Tiles::template load<6>(weights, kWeightRow);
      Tiles::template load<7>(weights + 64, kWeightRow);
      Tiles::template load<4>(input, args.pixel_stride);
      Tiles::template multiply_add<0, 4, 6>();
      Tiles::template multiply_add<1, 4, 7>();
      if constexpr (both) {
        Tiles::template load<5>(input + rows * args.pixel_stride, args.pixel_stride);
        Tiles::template multiply_add<2, 5, 6>();
        Tiles::template multiply_add<3, 5, 7>();
      }
      input += 4 * kTileSteps;
      weights += kTileSteps * kWeightRow;
    }
  }
  Tiles::template store<0>(sums, kSumRow);
  Tiles::template store<1>(sums + 16, kSumRow);
  if constexpr (both) {
    Tiles::template store<2>(sums + rows * kOutputs, kSumRow);
    Tiles::template store<3>(sums + rows * kOutputs + 16, kSumRow);
  }
}

// An odd pixel too many for two equal tiles is done on its own.
template <class Tiles>
void run_tiles(const DotArgs& args, int pixels) {
  alignas(64) std::int32_t sums[2 * kTileRows * kOutputs];
  const auto add = [&](const DotArgs& part, int count) {
    for (int p = 0; p < count; ++p)
      for (int o = 0; o < kOutputs; ++o) {
        std::int32_t& to = part.sums[p * kOutputs + o];
        const auto base = static_cast<std::uint32_t>(part.start[o]) + static_cast<std::uint32_t>(part.add ? to : 0);
        to = static_cast<std::int32_t>(base + static_cast<std::uint32_t>(sums[p * kOutputs + o]));
      }
  };
  const int rows = pixels <= kTileRows ? pixels : pixels / 2;
  const int done = pixels <= kTileRows ? rows : 2 * rows;
  if (done == rows)
    tile_products<Tiles, false>(args, rows, sums);
  else
    tile_products<Tiles, true>(args, rows, sums);
  add(args, done);
  if (done == pixels) return;
  DotArgs rest = args;
  rest.input += done * args.pixel_stride;
  rest.sums += done * kOutputs;
  tile_products<Tiles, false>(rest, 1, sums);
  add(rest, 1);
}

template <class Tiles>
DotKernel make_tiles() {
  return {4, 2 * kTileRows, run_tiles<Tiles>, kTileSteps};
}

}  // namespace
}  // namespace diolkos::kernels::integer
