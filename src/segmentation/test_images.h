// Images for this room's tests.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "segmentation/image.h"

namespace diolkos::segmentation {

inline Image random_image(std::mt19937& random, int width, int height, PixelFormat format) {
  Image image(width, height, format);
  for (std::uint8_t& value : image.pixels()) value = static_cast<std::uint8_t>(random());
  return image;
}

inline int between(std::mt19937& random, int low, int high) {
  return std::uniform_int_distribution<int>(low, high)(random);
}

// Tests with random cases print it, so that a failure can be had again.
inline std::string seed_text(unsigned seed) { return "seed " + std::to_string(seed); }

}  // namespace diolkos::segmentation
