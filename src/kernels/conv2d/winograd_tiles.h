// Where Winograd's tiles lie on the output, and when the method pays.
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

// Estimated time of F(outputs, 3) for a shape that it fits, or of the direct method for 0: cycles of one thread.
struct Estimate {
  int outputs;
  double cycles;
};
std::vector<Estimate> estimate_methods(const Spec& spec);  // the least first

// The m whose estimated time is least, or 0 where the direct method's is.
int best_winograd(const Spec& spec);

// At least `floats`, so that sixteen planes so far apart do not meet in the same sets of the first-level cache.
std::int64_t spread_plane(std::int64_t floats);

}  // namespace diolkos::kernels::conv2d
