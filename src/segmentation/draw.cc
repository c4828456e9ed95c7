#include "segmentation/draw.h"

#include <algorithm>
#include <cmath>

namespace diolkos::segmentation {
namespace {

constexpr unsigned kOne = 256;  // alpha in 8 binary places

void blend(std::uint8_t* pixels, std::ptrdiff_t count, Colour colour, unsigned alpha) {
  const unsigned keep = kOne - alpha;
  const unsigned blue = colour.blue * alpha + kOne / 2;
  const unsigned green = colour.green * alpha + kOne / 2;
  const unsigned red = colour.red * alpha + kOne / 2;
  for (std::uint8_t* const end = pixels + 3 * count; pixels != end; pixels += 3) {
    pixels[0] = static_cast<std::uint8_t>((pixels[0] * keep + blue) >> 8);
    pixels[1] = static_cast<std::uint8_t>((pixels[1] * keep + green) >> 8);
    pixels[2] = static_cast<std::uint8_t>((pixels[2] * keep + red) >> 8);
  }
}

// A map of the same size, each value replaced by to(value).
template <class To>
void translate(const Image& map, Image& target, To to) {
  target.reshape(map.width(), map.height(), PixelFormat::gray);
  std::transform(map.pixels().begin(), map.pixels().end(), target.pixels().begin(), to);
}

}  // namespace

std::string_view name_of(Drawing drawing) { return kDrawingNames[static_cast<std::size_t>(drawing)]; }

std::optional<Drawing> drawing_named(std::string_view name) {
  const auto found = std::find(kDrawingNames.begin(), kDrawingNames.end(), name);
  if (found == kDrawingNames.end()) return std::nullopt;
  return static_cast<Drawing>(found - kDrawingNames.begin());
}

void draw_overlay(const Segmentation& segmentation, const Palette& palette, double alpha, Image& frame) {
  const auto weight = static_cast<unsigned>(std::lround(std::clamp(alpha, 0.0, 1.0) * kOne));
  const Image& map = segmentation.map;
  for (int y = 0; y < map.height(); ++y) {
    const std::uint8_t* const row = map.row(y);
    const std::uint8_t* const end = row + map.width();
    for (const std::uint8_t* start = row; start != end;) {
      const std::uint8_t label = *start;
      const std::uint8_t* const stop = std::find_if(start, end, [label](std::uint8_t other) { return other != label; });
      if (label != 0) {
        const auto index = static_cast<std::size_t>(segmentation.mask_of.value_or(label));
        blend(frame.row(y) + 3 * (start - row), stop - start, palette[index], weight);
      }
      start = stop;
    }
  }
}

void draw_mask(const Segmentation& segmentation, Image& mask) {
  translate(segmentation.map, mask, [](std::uint8_t label) { return static_cast<std::uint8_t>(label == 0 ? 0 : 255); });
}

void draw_labels(const Segmentation& segmentation, Image& labels) {
  const bool mask = segmentation.mask_of.has_value();
  const auto index = static_cast<std::uint8_t>(segmentation.mask_of.value_or(0));
  translate(segmentation.map, labels, [mask, index](std::uint8_t label) { return mask && label != 0 ? index : label; });
}

}  // namespace diolkos::segmentation
