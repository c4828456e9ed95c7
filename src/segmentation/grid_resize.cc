#include "segmentation/grid_resize.h"

#include <charconv>
#include <string_view>

#include <fmt/format.h>

namespace diolkos::segmentation {
namespace {

constexpr const char* kKey = "diolkos.resize";
constexpr int kLargestSide = 1 << 15;

std::optional<GridCoordinates> coordinates_named(std::string_view name) {
  if (name == "half_pixel") return GridCoordinates::half_pixel;
  if (name == "align_corners") return GridCoordinates::align_corners;
  if (name == "asymmetric") return GridCoordinates::asymmetric;
  return std::nullopt;
}

std::optional<int> side(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 1 || value > kLargestSide)
    return std::nullopt;
  return value;
}

}  // namespace

// Pixel u of the resized map (its centre a whole number) lies in the grid at
//   half_pixel (u + 1/2) G / N - 1/2,   align_corners u (G - 1) / (N - 1),   asymmetric u G / N.
GridPart grid_part(GridCoordinates coordinates, int grid, int resized, GridPart in_resized) {
  if (coordinates == GridCoordinates::half_pixel || resized < 2) {
    const double ratio = static_cast<double>(grid) / resized;
    return {in_resized.origin * ratio, in_resized.extent * ratio};
  }
  const double ratio = coordinates == GridCoordinates::align_corners
                           ? static_cast<double>(grid - 1) / (resized - 1)
                           : static_cast<double>(grid) / resized;
  return {(in_resized.origin - 0.5) * ratio + 0.5, in_resized.extent * ratio};
}

Result<std::optional<GridResize>> read_grid_resize(const Metadata& metadata) {
  const auto entry = metadata.find(kKey);
  if (entry == metadata.end()) return std::optional<GridResize>{};
  const std::string_view text = entry->second;
  const std::size_t space = std::min(text.find(' '), text.size());
  const std::size_t x = std::min(text.find('x', space), text.size());
  const auto coordinates = coordinates_named(text.substr(0, space));
  const auto height = side(space < text.size() ? text.substr(space + 1, x - space - 1) : "");
  const auto width = side(x < text.size() ? text.substr(x + 1) : "");
  if (!coordinates || !height || !width)
    return invalid(fmt::format("metadata '{}': got '{}', expected half_pixel, align_corners or asymmetric and a size, "
                               "such as 'align_corners 513x513'", kKey, text));
  return std::optional<GridResize>{{*coordinates, {*width, *height}}};
}

}  // namespace diolkos::segmentation
