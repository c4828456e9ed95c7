// A PNG's pixels as they are stored: palette indices are not turned into colours, gray values are not scaled.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "segmentation/palette.h"

namespace diolkos::evaluate {

struct PngPixels {
  enum class Kind { palette, gray, rgb };
  Kind kind = Kind::gray;
  int width = 0;
  int height = 0;
  int palette_entries = 0;
  segmentation::Palette palette{};
  std::vector<std::uint8_t> bytes;  // one a pixel, three for rgb; alpha is left out
};

// Any bytes are welcome. The error's message has no file name.
Result<PngPixels> read_png(std::span<const std::byte> file);

}  // namespace diolkos::evaluate
