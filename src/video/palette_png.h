// 8-bit palette PNG: the pixel is the class index, the palette only says how viewers show it (as VOC's masks are).
#pragma once

#include <cstddef>
#include <vector>

#include "base/result.h"
#include "segmentation/image.h"
#include "segmentation/palette.h"

namespace diolkos::video {

// The file's bytes. `labels` is gray.
Result<std::vector<std::byte>> encode_palette_png(const segmentation::Image& labels,
                                                  const segmentation::Palette& palette);

}  // namespace diolkos::video
