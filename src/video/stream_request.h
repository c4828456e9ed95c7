// What a source's address on the command line asks for: files, cameras, network streams, GStreamer, raw frames.
//
//   clip.mp4, photos/            every frame, as fast as the rest goes
//   clip.mp4?live=30&loop        a file that behaves as a camera of 30 frames a second, again and again
//   0, /dev/video0, v4l2:///dev/video0?size=1280x720&fps=30
//   rtsp://…, rtsps://…, rtmp://…, udp://…, http://…, https://…     what FFmpeg reads, Motion JPEG over HTTP as well
//   gst:PIPELINE                 GStreamer, up to but without its appsink
//   stdin:?size=640x480&format=bgr   raw frames on standard input; &live: as they come, the latest wins
#pragma once

#include <string>

#include "base/result.h"
#include "segmentation/geometry.h"
#include "segmentation/image.h"

namespace diolkos::video {

struct StreamRequest {
  enum class Kind { file, camera, network, gstreamer, raw };
  std::string name;   // as asked for, without a password
  Kind kind = Kind::file;
  std::string place;  // path, device number, URL or pipeline
  bool live = false;  // frames come by themselves: the latest wins
  double pace = 0;    // of a file that plays live, frames a second; 0: its own
  bool loop = false;  // of a file
  segmentation::Size size;  // of a camera (0: its own) or of raw frames
  double fps = 0;           // of a camera; 0: its own
  segmentation::PixelFormat format = segmentation::PixelFormat::bgr;  // of raw frames

  bool returns() const;  // whether it may come back when it is lost: cameras and streams
};

// Errors are of usage: an unknown or unfit key, a size that is none.
Result<StreamRequest> parse_stream(const std::string& text);

// Whether an address is that of a source and cannot be a sink's (live/open_sinks.h): cameras, streams, http:// with a
// path, standard input, files with ?live or ?loop.
bool is_source_only(const std::string& text);

}  // namespace diolkos::video
