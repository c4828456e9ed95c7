// Pictures to an image file's bytes, in the format that the file's ending names.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "segmentation/image.h"

namespace diolkos::video {

bool is_image_ending(const std::filesystem::path& path);  // letter case does not count
bool is_png(const std::filesystem::path& path);
std::string image_endings();  // ".png, .jpg, …"

// `image` is BGR or gray.
Result<std::vector<std::byte>> encode_image(const segmentation::Image& image, const std::filesystem::path& path);

}  // namespace diolkos::video
