// A label map carried along by the motion between two pictures: what the next one should show if nothing changed but
// the place.
#pragma once

#include "base/result.h"
#include "segmentation/image.h"

namespace diolkos::evaluate {

// `carried` gets, for each pixel of `now`, the class that `labels` has where the pixel was in `before`, by dense
// optical flow (DIS, Kroeger et al., 2016) from `now` to `before`; 255 where that is outside of the picture, or where
// the flow back does not lead to the pixel again: |there + back|^2 > 0.01 (|there|^2 + |back|^2) + 0.5 (Sundaram et
// al., 2010), which is so where something is hidden or comes into view. Pictures are BGR, of one size of 16 pixels a
// side at least.
Status carry_labels(const segmentation::Image& before, const segmentation::Image& now,
                    const segmentation::Image& labels, segmentation::Image& carried);

}  // namespace diolkos::evaluate
