// How a dense product is split over threads: rows of outputs by tiles of outputs' channels.
#pragma once

#include <cstdint>

#include "base/part_of.h"

namespace diolkos::kernels::conv2d {

struct Work {
  std::int64_t rows;
  std::int64_t tiles;
  std::int64_t input_floats;
  std::int64_t weight_floats;
  std::int64_t multiply_adds;
  int threads;
};

struct Split {
  std::int64_t rows = 1;
  std::int64_t tiles = 1;
  std::int64_t row_parts = 1;
  std::int64_t tile_parts = 1;

  std::int64_t items() const { return row_parts * tile_parts; }
  // Items in order share their tiles, so that weights are read from memory once.
  Range rows_of(std::int64_t item) const { return part_of(rows, row_parts, item % row_parts); }
  Range tiles_of(std::int64_t item) const { return part_of(tiles, tile_parts, item / row_parts); }
};

// Each part of the tiles reads the whole input, each part of the rows all weights: the split that reads least among
// those with a few items for every thread, so that one slow thread holds up little.
Split split_work(const Work& work);

}  // namespace diolkos::kernels::conv2d
