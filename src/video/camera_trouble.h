// Why a camera cannot be opened, as far as the system tells.
#pragma once

#include <string>

namespace diolkos::video {

// Of a V4L2 device: "/dev/video0".
std::string camera_trouble(const std::string& device);

// What an error of the system (errno) means for a camera.
std::string camera_trouble(int error, const std::string& device);

}  // namespace diolkos::video
