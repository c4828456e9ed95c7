// Where Winograd's tiles lie on the output.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/conv2d/convolution.h"

namespace diolkos::kernels::conv2d {

// The first output of a tile; its others are `dilation` apart.
struct TileOrigin {
  std::int32_t row;
  std::int32_t column;
};

bool winograd_fits(const Shape& shape);  // 3x3, stride 1, one dilation, one group, channels in blocks
std::vector<TileOrigin> list_tiles(const Shape& shape, int outputs);

// Tiles of `outputs` that cover one axis, over all phases of its dilation.
std::int64_t tiles_along(const Axis& axis, int outputs);

// At least `floats`, so that sixteen planes so far apart do not meet in the same sets of the first-level cache.
std::int64_t spread_plane(std::int64_t floats);

}  // namespace diolkos::kernels::conv2d
