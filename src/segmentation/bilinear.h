// A value between four pixels of a grid.
#pragma once

#include <array>
#include <cstddef>

namespace diolkos::segmentation {

// Corners: upper left, upper right, lower left, lower right.
inline float bilinear(const std::array<float, 4>& corners, float across, float down) {
  const float above = corners[0] * (1 - across) + corners[1] * across;
  const float below = corners[2] * (1 - across) + corners[3] * across;
  return above * (1 - down) + below * down;
}

// Where: pixels of the grid, and the weights of the right and of the lower ones.
struct Cell {
  std::array<std::size_t, 4> corners;
  float across = 0, down = 0;
};

}  // namespace diolkos::segmentation
