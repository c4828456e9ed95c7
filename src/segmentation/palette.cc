#include "segmentation/palette.h"

namespace diolkos::segmentation {
namespace {

constexpr Palette make_voc_palette() {
  Palette palette{};
  for (unsigned index = 0; index < palette.size(); ++index) {
    for (unsigned k = 0, bits = index; bits != 0; ++k, bits >>= 3) {
      palette[index].red |= static_cast<std::uint8_t>((bits & 1u) << (7 - k));
      palette[index].green |= static_cast<std::uint8_t>((bits >> 1 & 1u) << (7 - k));
      palette[index].blue |= static_cast<std::uint8_t>((bits >> 2 & 1u) << (7 - k));
    }
  }
  return palette;
}

constexpr Palette kVocPalette = make_voc_palette();

}  // namespace

const Palette& voc_palette() { return kVocPalette; }

}  // namespace diolkos::segmentation
