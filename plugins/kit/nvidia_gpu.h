// Whether an NVIDIA GPU is here, looked at instead of asked: asking CUDA would start the device.
#pragma once

#include <filesystem>
#include <system_error>

namespace diolkos::plugin {

// A workstation's, or a Jetson's.
inline bool has_nvidia_gpu() {
  std::error_code error;
  return std::filesystem::exists("/dev/nvidia0", error) || std::filesystem::exists("/dev/nvhost-gpu", error);
}

}  // namespace diolkos::plugin
