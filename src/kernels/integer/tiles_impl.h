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

template <class Tiles, int half>
void start_sums(const DotArgs& args, int pixel) {
  const bool goes_on = args.start == nullptr;
  const std::int32_t* const from = goes_on ? args.sums + pixel * kOutputs : args.start;
  const std::int64_t stride = goes_on ? kSumRow : 0;
  Tiles::template load<2 * half>(from, stride);
  Tiles::template load<2 * half + 1>(from + 16, stride);
}

template <class Tiles, int half>
void store_sums(const DotArgs& args, int pixel) {
  Tiles::template store<2 * half>(args.sums + pixel * kOutputs, kSumRow);
  Tiles::template store<2 * half + 1>(args.sums + pixel * kOutputs + 16, kSumRow);
}

template <class Tiles, int half>
void add_products(const DotArgs& args, const std::byte* input) {
  Tiles::template load<4 + half>(input, args.pixel_stride);
  Tiles::template add_products_u8s8<2 * half, 4 + half, 6>();
  Tiles::template add_products_u8s8<2 * half + 1, 4 + half, 7>();
}

// `first` pixels, and `second` more where `both`.
template <class Tiles, bool both>
void sum_tiles(const DotArgs& args, int first, int second) {
  Tiles::configure(first, both ? second : first);
  start_sums<Tiles, 0>(args, 0);
  if constexpr (both) start_sums<Tiles, 1>(args, first);
  const std::byte* weights = args.weights;
  for (int r = 0; r < args.run_count; ++r) {
    const std::byte* input = args.input + args.runs[r].offset;
    for (int s = 0; s < args.runs[r].steps; s += kTileSteps) {
      Tiles::template load<6>(weights, kWeightRow);
      Tiles::template load<7>(weights + 64, kWeightRow);
      add_products<Tiles, 0>(args, input);
      if constexpr (both) add_products<Tiles, 1>(args, input + first * args.pixel_stride);
      input += 4 * kTileSteps;
      weights += kTileSteps * kWeightRow;
    }
  }
  store_sums<Tiles, 0>(args, 0);
  if constexpr (both) store_sums<Tiles, 1>(args, first);
}

template <class Tiles>
void run_tiles(const DotArgs& args, int pixels) {
  const int first = amx::first_half(pixels);
  if (first == pixels)
    sum_tiles<Tiles, false>(args, first, 0);
  else
    sum_tiles<Tiles, true>(args, first, pixels - first);
}

template <class Tiles>
DotKernel make_tiles() {
  return {4, 2 * amx::kRows, run_tiles<Tiles>, kTileSteps, 0, amx::kRows, Tiles::release};
}

}  // namespace
}  // namespace diolkos::kernels::integer
