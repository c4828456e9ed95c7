// How Winograd's tiles cover a 3x3 convolution of stride 1, and whether they are worth it. A dilated convolution is
// dilation x dilation interleaved plain ones: their tiles stand in one list.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/integer/convolution.h"

namespace diolkos::kernels::integer {

struct WinogradTile {
  std::int32_t top, left;      // of the outputs, which are `dilation` apart
  std::int32_t rows, columns;  // of them inside the image
  std::int32_t height, width;  // of the tile: 3 or 4
};

// An axis is cut into as few tiles as there can be, of 4 outputs, and of 3 where that is enough: each tile costs two
// points more than its outputs. Tiles of 3 use the points of those of 4 but one, so that both are summed with the same
// filters.
struct WinogradTiling {
  std::vector<WinogradTile> tiles;  // by kind: of 4 x 3, 4 x 4, 3 x 4, 3 x 3
  int height = 3, width = 3;        // of the largest
};

WinogradTiling winograd_tiling(const conv2d::Shape& shape);

// 8-bit activations, int8 weights.
bool takes_winograd(const Spec& spec);
// Whether it takes fewer instructions than the sum as written.
bool is_worth_winograd(const Spec& spec);

}  // namespace diolkos::kernels::integer
