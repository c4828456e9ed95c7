// A resize that a network's file was cut in front of (`convert --output logits`), left to post-processing.
#pragma once

#include <optional>

#include "base/result.h"
#include "segmentation/geometry.h"
#include "segmentation/normalization.h"

namespace diolkos::segmentation {

enum class GridCoordinates { half_pixel, align_corners, asymmetric };

struct GridResize {
  GridCoordinates coordinates = GridCoordinates::half_pixel;
  Size size;  // what the grid would have been resized to
};

// Of one axis: origin and extent in a grid of `grid` pixels (see Axis) for those in a resized map of `resized` pixels.
struct GridPart {
  double origin = 0;
  double extent = 0;
};
GridPart grid_part(GridCoordinates coordinates, int grid, int resized, GridPart in_resized);

// Metadata diolkos.resize: "align_corners 513x513" (height x width).
Result<std::optional<GridResize>> read_grid_resize(const Metadata& metadata);

}  // namespace diolkos::segmentation
