// Packed float32 weights as 16-bit numbers, rounded to nearest, ties to even.
#pragma once

#include <cstdint>

#include "base/thread_pool.h"
#include "kernels/tile/tile.h"

namespace diolkos::kernels::conv2d {

// `count` elements in the same order.
void narrow(tile::Storage storage, const float* from, std::int64_t count, std::uint16_t* to, ThreadPool& pool);

// For dot tiles: of `depths` rows of `lanes` weights, two rows become one of pairs.
void narrow_pairs(const float* from, std::int64_t depths, std::int64_t lanes, std::uint16_t* to);

// The same of split dots: the highs of each step's `depth` rows, then the rests.
void narrow_split(const float* from, std::int64_t depths, std::int64_t depth, std::int64_t lanes, std::uint16_t* to);

// A channel-blocked image of so many channels as the planes that dot tiles read, zeros where channels end.
void round_planes(const tile::Dots& dots, const float* image, std::int64_t channels, std::int64_t pixels,
                  std::uint16_t* to, ThreadPool& pool);

// Floats that hold so many elements.
inline std::int64_t stored_floats(tile::Storage storage, std::int64_t count) {
  return storage == tile::Storage::float32 ? count : (count + 1) / 2;
}

}  // namespace diolkos::kernels::conv2d
