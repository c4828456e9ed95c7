// A video file, a camera, a stream from the network or a GStreamer pipeline, by OpenCV.
#pragma once

#include <filesystem>
#include <memory>

#include "segmentation/geometry.h"
#include "video/source.h"

namespace diolkos::video {

Result<std::unique_ptr<Source>> open_video(const std::filesystem::path& path);

struct CameraOptions {
  segmentation::Size size;  // 0: the camera's own
  double fps = 0;
};
Result<std::unique_ptr<Source>> open_camera(const std::string& name, int index, const CameraOptions& options = {});

// By FFmpeg. A server that is silent for some seconds ends the stream.
Result<std::unique_ptr<Source>> open_network(const std::string& name, const std::string& url);
// `pipeline` as gst-launch-1.0 has it; without an appsink one is appended that keeps the newest frame only.
Result<std::unique_ptr<Source>> open_gstreamer(const std::string& name, const std::string& pipeline);

}  // namespace diolkos::video
