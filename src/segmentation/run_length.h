// COCO's uncompressed run lengths: pixels column by column, lengths of runs outside and inside in turn, the first one
// outside (and 0 where the first pixel is inside).
#pragma once

#include <cstdint>
#include <vector>

#include "segmentation/image.h"

namespace diolkos::segmentation {

// Replaces `counts`, whose memory is used again.
void run_lengths(const Image& map, std::uint8_t label, std::vector<std::int64_t>& counts);

}  // namespace diolkos::segmentation
