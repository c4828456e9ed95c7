// The pixels of a label map near the edge of their region.
#pragma once

#include <cstdint>

#include "segmentation/image.h"

namespace diolkos::evaluate {

inline constexpr std::uint8_t kNoBoundary = 255;

// A pixel keeps its label where another label, or the picture's border, is at most d pixels away in x or y (a square of
// 2 d + 1 pixels does not fit), and becomes kNoBoundary elsewhere. That is the mask less its erosion by d, for every
// class at once; d is a fiftieth of the diagonal, rounded, and at least 1 (Cheng et al., Boundary IoU, 2021).
segmentation::Image boundary_of(const segmentation::Image& labels);

int boundary_width(int width, int height);  // d

}  // namespace diolkos::evaluate
