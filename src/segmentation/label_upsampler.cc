#include "segmentation/label_upsampler.h"

#include <algorithm>
#include <cstring>

namespace diolkos::segmentation {
namespace {

constexpr std::uint16_t kMixed = 0x100;

}  // namespace

void LabelUpsampler::find_cells(const std::uint8_t* upper, const std::uint8_t* lower, int width) {
  cells_.resize(static_cast<std::size_t>(width));
  std::uint16_t* const cells = cells_.data();
  for (int x = 0; x + 1 < width; ++x) {
    const int differing = (upper[x] ^ lower[x]) | (upper[x] ^ upper[x + 1]) | (upper[x] ^ lower[x + 1]);
    cells[x] = differing == 0 ? upper[x] : kMixed;
  }
  cells[width - 1] = upper[width - 1] == lower[width - 1] ? upper[width - 1] : kMixed;
}

void LabelUpsampler::run(const std::uint8_t* grid, const Axis& rows, const Axis& columns, std::uint8_t* labels,
                         std::size_t stride, Interpolate interpolate) {
  const int width = columns.grid();
  mixed_.reserve(static_cast<std::size_t>(columns.outputs()));
  int known_low = -1;
  int known_high = -1;
  for (int y = 0; y < rows.outputs(); ++y, labels += stride) {
    if (rows.low(y) != known_low || rows.high(y) != known_high) {
      known_low = rows.low(y);
      known_high = rows.high(y);
      find_cells(grid + static_cast<std::ptrdiff_t>(known_low) * width,
                 grid + static_cast<std::ptrdiff_t>(known_high) * width, width);
    }
    mixed_.clear();
    for (int start = 0; start < width;) {
      const std::uint16_t cell = cells_[static_cast<std::size_t>(start)];
      int end = start + 1;
      while (end < width && cells_[static_cast<std::size_t>(end)] == cell) ++end;
      const int first = columns.first(start);
      const int last = columns.first(end);
      if (cell != kMixed)
        std::memset(labels + first, cell, static_cast<std::size_t>(last - first));
      else
        for (int x = first; x < last; ++x) mixed_.push_back(x);
      start = end;
    }
    if (!mixed_.empty()) interpolate(y, mixed_, labels);
  }
}

}  // namespace diolkos::segmentation
