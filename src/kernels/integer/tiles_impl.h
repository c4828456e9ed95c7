// The product by AMX's tiles (kernels/amx/tiles.h): a row of inputs holds 64 channels of a pixel, a row of weights four
// channels of 16 outputs.
#pragma once

#include "kernels/amx/tiles.h"
#include "kernels/integer/dot.h"

namespace diolkos::kernels::integer {
namespace {

constexpr int kTileSteps = 16;  // of four channels, in one tile of weights
constexpr std::int64_t kWeightRow = 128;
constexpr std::int64_t kSumRow = kOutputs * 4;

// `first` pixels, and `second` more where `both`.
template <class Tiles, bool both>
void tile_products(const DotArgs& args, int first, int second, std::int32_t* sums) {
  Tiles::configure(first, both ? second : first);
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
      Tiles::template add_products_u8s8<0, 4, 6>();
      Tiles::template add_products_u8s8<1, 4, 7>();
      if constexpr (both) {
        Tiles::template load<5>(input + first * args.pixel_stride, args.pixel_stride);
        Tiles::template add_products_u8s8<2, 5, 6>();
        Tiles::template add_products_u8s8<3, 5, 7>();
      }
      input += 4 * kTileSteps;
      weights += kTileSteps * kWeightRow;
    }
  }
  Tiles::template store<0>(sums, kSumRow);
  Tiles::template store<1>(sums + 16, kSumRow);
  if constexpr (both) {
    Tiles::template store<2>(sums + first * kOutputs, kSumRow);
    Tiles::template store<3>(sums + first * kOutputs + 16, kSumRow);
  }
}

template <class Tiles>
void run_tiles(const DotArgs& args, int pixels) {
  alignas(64) std::int32_t sums[2 * amx::kRows * kOutputs];
  const int first = amx::first_half(pixels);
  if (first == pixels)
    tile_products<Tiles, false>(args, first, 0, sums);
  else
    tile_products<Tiles, true>(args, first, pixels - first, sums);
  for (int p = 0; p < pixels; ++p)
    for (int o = 0; o < kOutputs; ++o) {
      std::int32_t& to = args.sums[p * kOutputs + o];
      const auto base = static_cast<std::uint32_t>(args.start[o]) + static_cast<std::uint32_t>(args.add ? to : 0);
      to = static_cast<std::int32_t>(base + static_cast<std::uint32_t>(sums[p * kOutputs + o]));
    }
}

template <class Tiles>
DotKernel make_tiles() {
  return {4, 2 * amx::kRows, run_tiles<Tiles>, kTileSteps};
}

}  // namespace
}  // namespace diolkos::kernels::integer
