// Pictures to JPEG, into memory that is used again.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "segmentation/image.h"

namespace diolkos::video {

// `quality` 1 to 100. `image` is BGR or gray.
Status encode_jpeg(const segmentation::ImageView& image, int quality, std::vector<std::uint8_t>& bytes);

}  // namespace diolkos::video
