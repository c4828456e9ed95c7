#include "evaluate/boundary.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace diolkos::evaluate {
namespace {

constexpr double kShareOfDiagonal = 0.02;
constexpr std::uint16_t kMixed = 0x100;

// Over a line of `count` values `step` apart: each becomes kMixed unless all within `d` are inside and equal to it.
void erode_line(std::uint16_t* line, std::ptrdiff_t step, int count, int d) {
  for (int start = 0; start < count;) {
    const std::uint16_t value = line[start * step];
    int end = start + 1;
    while (end < count && line[end * step] == value) ++end;
    if (value != kMixed)
      for (int i = start; i < end; ++i)
        if (i < start + d || i >= end - d) line[i * step] = kMixed;
    start = end;
  }
}

}  // namespace

int boundary_width(int width, int height) {
  return std::max(1, static_cast<int>(std::nearbyint(kShareOfDiagonal * std::hypot(width, height))));
}

segmentation::Image boundary_of(const segmentation::Image& labels) {
  const int width = labels.width();
  const int height = labels.height();
  const int d = boundary_width(width, height);
  std::vector<std::uint16_t> inner(labels.pixels().begin(), labels.pixels().end());
  for (int y = 0; y < height; ++y) erode_line(inner.data() + static_cast<std::ptrdiff_t>(y) * width, 1, width, d);
  for (int x = 0; x < width; ++x) erode_line(inner.data() + x, width, height, d);
  segmentation::Image boundary = labels;
  for (std::size_t i = 0; i < inner.size(); ++i)
    if (inner[i] != kMixed) boundary.pixels()[i] = kNoBoundary;
  return boundary;
}

}  // namespace diolkos::evaluate
