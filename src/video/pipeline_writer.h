// Pictures into a GStreamer pipeline, by OpenCV.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "segmentation/image.h"

namespace diolkos::video {

class PipelineWriter {
 public:
  virtual ~PipelineWriter() = default;
  virtual Status write(const segmentation::Image& image) = 0;  // BGR or gray, of the size it was opened with
};

// `name` is used in messages.
Result<std::unique_ptr<PipelineWriter>> open_pipeline(const std::string& name, const std::string& pipeline, int width,
                                                      int height, double fps);

}  // namespace diolkos::video
