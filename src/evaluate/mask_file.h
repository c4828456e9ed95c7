// A PNG of true labels: each pixel's class, 255 for void.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "segmentation/image.h"

namespace diolkos::evaluate {

enum class MaskFormat {
  automatic,  // palette PNG in VOC's colours, RGB in VOC's colours, or gray values that are classes
  index,      // a palette PNG's indices or a gray one's values, whatever their colours
  binary,     // foreground where a pixel is not 0 (black)
};

inline constexpr std::array<std::string_view, 3> kMaskFormatNames = {"auto", "index", "binary"};
std::string_view name_of(MaskFormat format);
std::optional<MaskFormat> mask_format_named(std::string_view name);

// `labels` becomes gray: classes, or 0 and 1 of a binary mask. Errors name the file: no PNG, cut, 16 bits a channel, a
// palette or colours that are not VOC's, and, where the format is `automatic`, a gray picture of 0 and 255 alone, which
// can be a mask as well as background with void.
Status read_mask(const std::filesystem::path& path, MaskFormat format, segmentation::Image& labels);

}  // namespace diolkos::evaluate
