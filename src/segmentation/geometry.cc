#include "segmentation/geometry.h"

#include <algorithm>
#include <cstdint>

namespace diolkos::segmentation {
namespace {

// The largest centred rectangle inside `outer` of the aspect ratio of `shape`, rounded to whole pixels.
Rect inscribed(Size outer, Size shape) {
  const std::int64_t width_share = std::int64_t{outer.width} * shape.height;
  const std::int64_t height_share = std::int64_t{outer.height} * shape.width;
  const auto rounded = [](std::int64_t numerator, std::int64_t denominator) {
    return static_cast<int>(std::max<std::int64_t>(1, (2 * numerator + denominator) / (2 * denominator)));
  };
  Size inner = outer;
  if (width_share > height_share) {
    inner.width = std::min(outer.width, rounded(height_share, shape.height));
  } else if (width_share < height_share) {
    inner.height = std::min(outer.height, rounded(width_share, shape.width));
  }
  return {(outer.width - inner.width) / 2, (outer.height - inner.height) / 2, inner.width, inner.height};
}

Point mapped(Point point, const Rect& from, const Rect& to) {
  return {(point.x - from.x) * to.width / from.width + to.x, (point.y - from.y) * to.height / from.height + to.y};
}

}  // namespace

std::string_view name_of(Fit fit) { return kFitNames[static_cast<std::size_t>(fit)]; }

std::optional<Fit> fit_named(std::string_view name) {
  const auto found = std::find(kFitNames.begin(), kFitNames.end(), name);
  if (found == kFitNames.end()) return std::nullopt;
  return static_cast<Fit>(found - kFitNames.begin());
}

Point Geometry::to_input(Point in_frame) const { return mapped(in_frame, frame_region, input_region); }
Point Geometry::to_frame(Point in_input) const { return mapped(in_input, input_region, frame_region); }

Geometry fit_frame(Size frame, Size input, Fit fit) {
  Geometry geometry{frame, input, {0, 0, frame.width, frame.height}, {0, 0, input.width, input.height}};
  if (fit == Fit::crop) geometry.frame_region = inscribed(frame, input);
  if (fit == Fit::letterbox) geometry.input_region = inscribed(input, frame);
  return geometry;
}

}  // namespace diolkos::segmentation
