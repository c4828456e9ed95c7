#include "live/frame_line.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "segmentation/outline.h"
#include "segmentation/run_length.h"

namespace diolkos::live {
namespace {

template <class Numbers>
void append_list(const Numbers& numbers, std::string& line) {
  fmt::format_to(std::back_inserter(line), "[{}]", fmt::join(numbers, ","));
}

bool is_plain(char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; }

// A JSON string; bytes that are no UTF-8 are replaced.
void append_text(const std::string& text, std::string& line) {
  if (std::ranges::all_of(text, is_plain))
    line.append(1, '"').append(text).append(1, '"');
  else
    line += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

void FrameLine::write(const Frame& frame, std::string& line) {
  line.clear();
  append_head(frame, line);
  line += ",\"seen\":[";
  const std::size_t none = line.size();
  for (int index = 0; index < segmentation::kMostClasses; ++index) {
    const bool asked = frame.segmentation.mask_of ? index == *frame.segmentation.mask_of : index != 0;
    if (!asked || frame.shares.pixels[static_cast<std::size_t>(index)] == 0) continue;
    if (line.size() != none) line += ',';
    append_thing(frame, index, line);
  }
  line += ']';
  if (const auto& agreement = frame.versus.agreement)
    fmt::format_to(std::back_inserter(line), ",\"versus\":{{\"same\":{:.6f},\"iou\":{:.6f}}}", agreement->share(),
                   agreement->iou());
  line += "}\n";
}

void FrameLine::append_head(const Frame& frame, std::string& line) const {
  const segmentation::Image& map = frame.segmentation.map;
  fmt::format_to(std::back_inserter(line), "{{\"source\":{},\"frame\":{},\"name\":", source_, frame.captured.index);
  append_text(frame.captured.name, line);
  fmt::format_to(std::back_inserter(line), ",\"at_s\":{:.6f},\"age_ms\":{:.3f},\"width\":{},\"height\":{}",
                 std::chrono::duration<double>(frame.at.time_since_epoch()).count(),
                 milliseconds_between(frame.at, Clock::now()), map.width(), map.height());
}

void FrameLine::append_thing(const Frame& frame, int index, std::string& line) {
  fmt::format_to(std::back_inserter(line), "{{\"class\":{},\"name\":", index);
  append_text(classes_.name(index), line);
  fmt::format_to(std::back_inserter(line), ",\"share\":{:.6f}", frame.shares.of(index));
  const segmentation::Segmentation& seen = frame.segmentation;
  append_mask(seen.map, seen.mask_of ? std::uint8_t{255} : static_cast<std::uint8_t>(index), line);
  line += '}';
}

void FrameLine::append_mask(const segmentation::Image& map, std::uint8_t label, std::string& line) {
  if (form_ == MaskForm::rle) {
    fmt::format_to(std::back_inserter(line), ",\"rle\":{{\"size\":[{},{}],\"counts\":", map.height(), map.width());
    segmentation::run_lengths(map, label, counts_);
    append_list(counts_, line);
    line += '}';
  } else if (form_ == MaskForm::polygons) {
    line += ",\"polygons\":[";
    bool first = true;
    for (const auto& polygon : segmentation::outlines(map, label)) {
      if (!std::exchange(first, false)) line += ',';
      append_list(polygon, line);
    }
    line += ']';
  }
}

}  // namespace diolkos::live
