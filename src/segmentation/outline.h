// The borders of a label's regions, as polygons.
#pragma once

#include <cstdint>
#include <vector>

#include "segmentation/image.h"

namespace diolkos::segmentation {

// x0, y0, x1, y1, … of each border: pixels of the label that lie on it, straight runs by their ends. Borders of holes
// are polygons as well: filled by the even-odd rule, borders included, all together give the regions.
std::vector<std::vector<int>> outlines(const Image& map, std::uint8_t label);

}  // namespace diolkos::segmentation
