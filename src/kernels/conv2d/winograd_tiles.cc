#include "kernels/conv2d/winograd_tiles.h"

#include "kernels/layout/blocked.h"

namespace diolkos::kernels::conv2d {

std::int64_t tiles_along(const Axis& axis, int outputs) {
  std::int64_t tiles = 0;
  for (std::int64_t phase = 0; phase < axis.dilation && phase < axis.output; ++phase)
    tiles += ((axis.output - phase + axis.dilation - 1) / axis.dilation + outputs - 1) / outputs;
  return tiles;
}

bool winograd_fits(const Shape& shape) {
  constexpr std::int64_t kMostPixels = std::int64_t{1} << 22;  // transformed, with offsets of 32 bits
  if (shape.out_pixels() > kMostPixels) return false;
  return shape.height.kernel == 3 && shape.width.kernel == 3 && shape.height.stride == 1 && shape.width.stride == 1 &&
         shape.height.dilation == shape.width.dilation && shape.groups == 1 && shape.in_channels >= kBlock &&
         shape.out_channels >= kBlock;
}

std::vector<TileOrigin> list_tiles(const Shape& shape, int outputs) {
  const std::int64_t dilation = shape.height.dilation;
  const std::int64_t step = outputs * dilation;
  std::vector<TileOrigin> tiles;
  for (std::int64_t down = 0; down < dilation && down < shape.height.output; ++down)
    for (std::int64_t across = 0; across < dilation && across < shape.width.output; ++across)
      for (std::int64_t row = down; row < shape.height.output; row += step)
        for (std::int64_t column = across; column < shape.width.output; column += step)
          tiles.push_back({static_cast<std::int32_t>(row), static_cast<std::int32_t>(column)});
  return tiles;
}

std::int64_t spread_plane(std::int64_t floats) {
  constexpr std::int64_t kLine = 16;
  constexpr std::int64_t kSets = 64;
  constexpr std::int64_t kApart = 16;
  std::int64_t lines = (floats + kLine - 1) / kLine;
  while (lines % kSets != kApart && lines % kSets != kSets - kApart) ++lines;
  return lines * kLine;
}

}  // namespace diolkos::kernels::conv2d
