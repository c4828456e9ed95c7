#include "segmentation/share.h"

#include <cstring>
#include <span>

namespace diolkos::segmentation {
namespace {

using Counts = std::array<std::int64_t, 256>;

// Neighbours are mostly of one class: eight pixels at a time that are all like the one before.
Counts count(std::span<const std::uint8_t> pixels) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  Counts counts{};
  std::size_t i = 0;
  while (i < pixels.size()) {
    const std::uint8_t value = pixels[i];
    const std::uint64_t alike = kOnes * value;
    std::size_t end = i + 1;
    for (std::uint64_t eight = 0; end + sizeof eight <= pixels.size(); end += sizeof eight) {
      std::memcpy(&eight, pixels.data() + end, sizeof eight);
      if (eight != alike) break;
    }
    while (end < pixels.size() && pixels[end] == value) ++end;
    counts[value] += static_cast<std::int64_t>(end - i);
    i = end;
  }
  return counts;
}

}  // namespace

Shares shares_of(const Segmentation& segmentation) {
  const Counts counts = count(segmentation.map.pixels());
  Shares shares;
  shares.total = static_cast<std::int64_t>(segmentation.map.pixels().size());
  for (std::size_t value = 0; value < counts.size(); ++value) {
    const std::size_t index =
        segmentation.mask_of && value != 0 ? static_cast<std::size_t>(*segmentation.mask_of) : value;
    shares.pixels[index] += counts[value];
  }
  return shares;
}

}  // namespace diolkos::segmentation
