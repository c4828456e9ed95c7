// An image file to 8-bit BGR: 16-bit values are scaled, alpha is dropped, gray is repeated, a camera's EXIF rotation
// is applied.
#pragma once

#include <filesystem>

#include "base/result.h"
#include "segmentation/image.h"

namespace diolkos::video {

bool looks_like_image(const std::filesystem::path& path);  // by its first bytes

// Errors name the path: unreadable, cut, damaged. What a decoder only complains about is logged.
Status read_image(const std::filesystem::path& path, segmentation::Image& image);

}  // namespace diolkos::video
