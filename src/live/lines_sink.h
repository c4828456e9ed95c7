// Newline-delimited JSON, a line a frame (docs/live.md): what is seen, as polygons or run lengths.
#pragma once

#include <atomic>
#include <memory>

#include "live/frame_line.h"
#include "live/lines_file.h"
#include "live/sink.h"
#include "segmentation/classes.h"
#include "video/address.h"

namespace diolkos::live {

bool is_lines(const video::Address& address);

// `-`, `stdout:` or a file's name; keys: masks=polygons (the default), rle or none.
struct LinesPlace {
  std::shared_ptr<LinesFile> file;
  MaskForm form = MaskForm::polygons;
};
Result<LinesPlace> open_lines(const video::Address& address, const std::atomic<bool>* stop);

// Of one source; several may write to one file.
std::unique_ptr<Sink> lines_sink(std::string name, LinesPlace place, int source, segmentation::ClassNames classes);

}  // namespace diolkos::live
