// Where pictures go: an image file, a folder of images, a video file. Files appear whole or not at all.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "segmentation/image.h"
#include "segmentation/palette.h"
#include "video/source.h"

namespace diolkos::video {

struct SinkOptions {
  // Pictures are class indices, kept exactly: 8-bit palette PNG in these colours.
  std::optional<segmentation::Palette> labels;
  double fps = 0;  // of a video; 0: 25
  bool hardware = false;  // of a video: an encoder of the machine's where FFmpeg finds one (VAAPI, QSV, …)
};

class Sink {
 public:
  virtual ~Sink() = default;
  // BGR or gray. `name` is the frame's; a folder's files are named by it.
  virtual Status write(const segmentation::Image& image, const std::string& name) = 0;
  // Nothing is kept of an image or a video without it.
  virtual Status finish() = 0;
  virtual std::string description() const = 0;  // "H.264 video at 24 fps", known after the first picture
};

// What `path` is, its ending says: an image (of a source that is one image), a video, or a folder (no ending, or it
// is there already; it is made where it is missing). Errors before any work: an ending that does not suit, a place
// that cannot be written, the source itself.
Result<std::unique_ptr<Sink>> open_sink(const std::filesystem::path& path, const SourceInfo& source,
                                        const SinkOptions& options);

}  // namespace diolkos::video
