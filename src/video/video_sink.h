// Pictures to a video file: H.264 where FFmpeg has an encoder for it, MPEG-4 otherwise (Motion JPEG in .avi, VP8 in
// .webm). A picture's odd last row or column is cut off, as 4:2:0 colour needs.
#pragma once

#include "video/sink.h"

namespace diolkos::video {

bool is_video_ending(const std::filesystem::path& path);
std::string video_endings();  // ".mp4, .m4v, …"

// The first picture decides the size; another one later is an error.
Result<std::unique_ptr<Sink>> open_video_sink(const std::filesystem::path& path, const SinkOptions& options);

}  // namespace diolkos::video
