// The pictures of a frame that somebody wants.
#pragma once

#include <array>

#include "live/frame.h"
#include "segmentation/palette.h"

namespace diolkos::live {

using WantedViews = std::array<bool, kViewNames.size()>;

// An overlay is drawn into the frame itself where nobody wants the original. Views of two networks: of frames that two
// have seen.
void draw(const WantedViews& wanted, const segmentation::Palette& palette, Frame& frame);

}  // namespace diolkos::live
