#include "live/frame_line.h"

#include <iterator>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "segmentation/outline.h"
#include "segmentation/run_length.h"

namespace diolkos::live {
namespace {

using segmentation::Image;

template <class Numbers>
void append_list(const Numbers& numbers, std::string& line) {
  fmt::format_to(std::back_inserter(line), "[{}]", fmt::join(numbers, ","));
}

void append_mask(const Image& map, std::uint8_t label, MaskForm form, std::string& line) {
  if (form == MaskForm::rle) {
    fmt::format_to(std::back_inserter(line), ",\"rle\":{{\"size\":[{},{}],\"counts\":", map.height(), map.width());
    append_list(segmentation::run_lengths(map, label), line);
    line += '}';
  } else if (form == MaskForm::polygons) {
    line += ",\"polygons\":[";
    bool first = true;
    for (const auto& polygon : segmentation::outlines(map, label)) {
      if (!std::exchange(first, false)) line += ',';
      append_list(polygon, line);
    }
    line += ']';
  }
}

}  // namespace

void write_line(const Frame& frame, int source, const segmentation::ClassNames& classes, MaskForm form, std::string& line) {
  const segmentation::Segmentation& seen = frame.segmentation;
  const double at = std::chrono::duration<double>(frame.at.time_since_epoch()).count();
  line.clear();
  fmt::format_to(std::back_inserter(line),
                 "{{\"source\":{},\"frame\":{},\"name\":{},\"at_s\":{:.6f},\"age_ms\":{:.3f},\"width\":{},\"height\":{},\"seen\":[",
                 source, frame.captured.index, nlohmann::json(frame.captured.name).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace),
                 at, milliseconds_between(frame.at, Clock::now()), seen.map.width(), seen.map.height());
  bool first = true;
  for (int index = 0; index < segmentation::kMostClasses; ++index) {
    const bool asked = seen.mask_of ? index == *seen.mask_of : index != 0;
    if (!asked || frame.shares.pixels[static_cast<std::size_t>(index)] == 0) continue;
    if (!std::exchange(first, false)) line += ',';
    fmt::format_to(std::back_inserter(line), "{{\"class\":{},\"name\":{},\"share\":{:.6f}", index,
                   nlohmann::json(classes.name(index)).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace),
                   frame.shares.of(index));
    append_mask(seen.map, seen.mask_of ? std::uint8_t{255} : static_cast<std::uint8_t>(index), form, line);
    line += '}';
  }
  line += ']';
  if (const auto& agreement = frame.versus.agreement)
    fmt::format_to(std::back_inserter(line), ",\"versus\":{{\"same\":{:.6f},\"iou\":{:.6f}}}", agreement->share(),
                   agreement->iou());
  line += "}\n";
}

}  // namespace diolkos::live
