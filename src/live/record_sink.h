// Frames to a video file or a folder of PNG files.
#pragma once

#include <memory>

#include "live/sink.h"
#include "segmentation/palette.h"
#include "video/address.h"

namespace diolkos::live {

struct RecordOptions {
  std::optional<View> view = View::overlay;  // absent: class indices, in palette PNG files
  segmentation::Palette palette = segmentation::voc_palette();
  bool live = false;  // a video keeps the source's time: frames are repeated while none comes
};

// Errors before any work: a name that does not tell what to write, a place that cannot be written. A video is closed
// while there is still room on the disk for its end.
Result<std::unique_ptr<Sink>> open_record_sink(const video::Address& address, const RecordOptions& options);

}  // namespace diolkos::live
