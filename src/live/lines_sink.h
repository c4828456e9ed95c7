// Newline-delimited JSON, a line a frame (docs/live.md): what is seen, as polygons or run lengths.
#pragma once

#include <memory>

#include "live/sink.h"
#include "segmentation/classes.h"
#include "video/address.h"

namespace diolkos::live {

// `-`, `stdout:` or a file's name; keys: masks=polygons (the default), rle or none. An existing file is continued.
Result<std::unique_ptr<Sink>> open_lines_sink(const video::Address& address, const segmentation::ClassNames& classes,
                                              const std::atomic<bool>* stop);

}  // namespace diolkos::live
