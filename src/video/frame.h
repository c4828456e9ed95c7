// One picture of a source.
#pragma once

#include <cstdint>
#include <string>

#include "segmentation/image.h"

namespace diolkos::video {

struct Frame {
  segmentation::Image image;  // BGR
  std::int64_t index = 0;     // from 0, in the source's order
  std::string name;           // for a file of its own: the image's file name without its extension, or "000042"
};

}  // namespace diolkos::video
