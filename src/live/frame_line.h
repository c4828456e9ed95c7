// A frame as one line of JSON.
#pragma once

#include <string>

#include "live/frame.h"
#include "segmentation/classes.h"

namespace diolkos::live {

enum class MaskForm { polygons, rle, none };

// Replaces `line`, whose memory is used again; ends in a newline. `source` is the number of the frame's source.
void write_line(const Frame& frame, int source, const segmentation::ClassNames& classes, MaskForm form, std::string& line);

}  // namespace diolkos::live
