// Frames to a window or into any GStreamer pipeline.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "live/sink.h"

namespace diolkos::live {

// `pipeline` as gst-launch-1.0 has it, from behind its source:
// "videoconvert ! v4l2h264enc ! rtspclientsink location=…".
std::unique_ptr<Sink> gstreamer_sink(std::string name, std::string pipeline);

// GStreamer picks what draws windows here. When it is closed the run goes on.
std::unique_ptr<Sink> window_sink(std::string name);

// Why there is no display; nothing where one answers.
std::optional<std::string> no_display();

}  // namespace diolkos::live
