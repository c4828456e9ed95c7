#include "segmentation/share.h"

namespace diolkos::segmentation {

Shares shares_of(const Segmentation& segmentation) {
  // Two tables: neighbouring pixels are mostly of one class, and one counter would wait for itself.
  std::array<std::array<std::int64_t, 256>, 2> counts{};
  const std::vector<std::uint8_t>& pixels = segmentation.map.pixels();
  std::size_t i = 0;
  for (; i + 1 < pixels.size(); i += 2) {
    ++counts[0][pixels[i]];
    ++counts[1][pixels[i + 1]];
  }
  if (i < pixels.size()) ++counts[0][pixels[i]];

  Shares shares;
  shares.total = static_cast<std::int64_t>(pixels.size());
  for (std::size_t value = 0; value < 256; ++value) {
    const std::size_t index =
        segmentation.mask_of && value != 0 ? static_cast<std::size_t>(*segmentation.mask_of) : value;
    shares.pixels[index] += counts[0][value] + counts[1][value];
  }
  return shares;
}

}  // namespace diolkos::segmentation
