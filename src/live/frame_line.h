// A frame as one line of JSON.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "live/frame.h"
#include "segmentation/classes.h"

namespace diolkos::live {

enum class MaskForm { polygons, rle, none };

class FrameLine {
 public:
  // `source` is the number of the frames' source.
  FrameLine(int source, segmentation::ClassNames classes, MaskForm form)
      : source_(source), classes_(std::move(classes)), form_(form) {}

  // Replaces `line`, whose memory is used again; ends in a newline.
  void write(const Frame& frame, std::string& line);

 private:
  void append_head(const Frame& frame, std::string& line) const;
  void append_thing(const Frame& frame, int index, std::string& line);
  void append_mask(const segmentation::Image& map, std::uint8_t label, std::string& line);

  const int source_;
  const segmentation::ClassNames classes_;
  const MaskForm form_;
  std::vector<std::int64_t> counts_;  // of the newest mask's run lengths
};

}  // namespace diolkos::live
