// A video file or a camera, by OpenCV.
#pragma once

#include <filesystem>
#include <memory>

#include "video/source.h"

namespace diolkos::video {

Result<std::unique_ptr<Source>> open_video(const std::filesystem::path& path);
Result<std::unique_ptr<Source>> open_camera(const std::string& name, int index);

}  // namespace diolkos::video
