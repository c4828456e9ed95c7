// Where frames come from: an image, a folder of images, a video file, a camera.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "video/frame.h"

namespace diolkos::video {

struct SourceInfo {
  enum class Kind { image, folder, video, camera };
  std::string name;  // as it was asked for
  Kind kind = Kind::image;
  std::optional<std::int64_t> frames;  // as the file declares; absent for a camera
  double fps = 0;                      // 0 where there is none
};

class Source {
 public:
  virtual ~Source() = default;
  virtual const SourceInfo& info() const = 0;
  // Fills `frame`, whose memory is used again; false at the end. Errors name the file.
  virtual Result<bool> next(Frame& frame) = 0;
};

// A path, or a camera as an index ("0") or a device ("/dev/video0"). What a file is, its content says. A file that
// is cut is an error at once; one that is whole but gives fewer frames than it declares, a logged warning at its end.
// A folder gives its images in the order of their names' bytes.
Result<std::unique_ptr<Source>> open_source(const std::string& name);

}  // namespace diolkos::video
