// Opens what a source's address asks for.
#pragma once

#include <memory>

#include "video/source.h"
#include "video/stream_request.h"

namespace diolkos::video {

// May take as long as the network lets it, at most about five seconds where the source has a time limit.
Result<std::unique_ptr<Source>> open_stream(const StreamRequest& request);

// Network streams with as little delay as FFmpeg offers, RTSP over TCP, unless the user has set
// OPENCV_FFMPEG_CAPTURE_OPTIONS. To be called before threads are started.
void prefer_low_latency();

}  // namespace diolkos::video
