// Frames without a header, one after the other, from a file descriptor: what `ffmpeg -f rawvideo -` writes.
#pragma once

#include <memory>

#include "video/source.h"
#include "video/stream_request.h"

namespace diolkos::video {

// The descriptor stays the caller's. A last frame that is cut is left out with a warning.
std::unique_ptr<Source> raw_source(int descriptor, const StreamRequest& request);

}  // namespace diolkos::video
