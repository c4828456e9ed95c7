// Four pictures in one, each at half its size.
#pragma once

#include <array>

#include "segmentation/image.h"

namespace diolkos::live {

// Left to right, top to bottom; BGR and of one size, which is the whole's too, but for an odd last row or column.
void draw_quarters(const std::array<const segmentation::Image*, 4>& parts, segmentation::Image& whole);

}  // namespace diolkos::live
