// PASCAL VOC's palette, which gives any 8-bit class index a colour of its own.
#pragma once

#include <array>
#include <cstdint>

namespace diolkos::segmentation {

struct Colour {
  std::uint8_t red = 0;
  std::uint8_t green = 0;
  std::uint8_t blue = 0;
  bool operator==(const Colour&) const = default;
};

using Palette = std::array<Colour, 256>;

// Bit 3k of the index goes to bit 7 - k of red, bit 3k + 1 to green's, bit 3k + 2 to blue's (VOC devkit's VOCcolormap).
const Palette& voc_palette();

}  // namespace diolkos::segmentation
