#include "live/quarters.h"

#include <cstdint>

namespace diolkos::live {
namespace {

// Each pixel is the mean of four.
void halve(const segmentation::Image& from, int width, int height, std::uint8_t* to, std::size_t stride) {
  for (int y = 0; y < height; ++y, to += stride) {
    const std::uint8_t *upper = from.row(2 * y), *lower = from.row(2 * y + 1);
    for (int x = 0; x < width; ++x, upper += 6, lower += 6)
      for (int c = 0; c < 3; ++c)
        to[3 * x + c] = static_cast<std::uint8_t>((upper[c] + upper[c + 3] + lower[c] + lower[c + 3] + 2) >> 2);
  }
}

}  // namespace

void draw_quarters(const std::array<const segmentation::Image*, 4>& parts, segmentation::Image& whole) {
  const int width = parts[0]->width() / 2, height = parts[0]->height() / 2;
  whole.reshape(2 * width, 2 * height, segmentation::PixelFormat::bgr);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const int row = i < 2 ? 0 : height;
    const std::size_t column = i % 2 == 0 ? 0 : 3 * static_cast<std::size_t>(width);
    halve(*parts[i], width, height, whole.row(row) + column, whole.stride());
  }
}

}  // namespace diolkos::live
