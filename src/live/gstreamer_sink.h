// Frames to a window or into any GStreamer pipeline.
//
// A pipeline that breaks is started again with growing pauses, and counts as back when it has lasted a second. One that
// writes files is not, since they would begin anew; nor is a window that was closed.
#pragma once

#include <memory>
#include <string>

#include "live/sink.h"

namespace diolkos::live {

// `pipeline` as gst-launch-1.0 has it, from behind its source:
// "videoconvert ! v4l2h264enc ! rtspclientsink location=…". Of a live source pictures carry the time when they come,
// otherwise the source's; one that writes files gets every frame of a source that can wait. Errors: a mistake in it, an
// element that is not there.
Result<std::unique_ptr<Sink>> gstreamer_sink(std::string name, std::string pipeline, bool live);

// GStreamer picks what draws windows here.
Result<std::unique_ptr<Sink>> window_sink(std::string name, bool live);

}  // namespace diolkos::live
