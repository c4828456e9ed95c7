#include "video/stream_source.h"

#include <cstdlib>

#include <unistd.h>

#include "video/capture_source.h"
#include "video/paced_source.h"
#include "video/raw_source.h"

namespace diolkos::video {

Result<std::unique_ptr<Source>> open_stream(const StreamRequest& request) {
  using Kind = StreamRequest::Kind;
  switch (request.kind) {
    case Kind::camera: return open_camera(request.name, std::stoi(request.place), {request.size, request.fps});
    case Kind::network: return open_network(request.name, request.place);
    case Kind::gstreamer: return open_gstreamer(request.name, request.place);
    case Kind::raw: return raw_source(STDIN_FILENO, request);
    case Kind::file: break;
  }
  const OpenSource open = [place = request.place] { return open_source(place); };
  if (request.live) return paced_source(open, request.pace, request.loop);
  return request.loop ? looped_source(open) : open();
}

void prefer_low_latency() {
  setenv("OPENCV_FFMPEG_CAPTURE_OPTIONS", "rtsp_transport;tcp|fflags;nobuffer|flags;low_delay", 0);
}

}  // namespace diolkos::video
