#include "video/palette_png.h"

#include <fmt/format.h>
#include <png.h>

namespace diolkos::video {

Result<std::vector<std::byte>> encode_palette_png(const segmentation::Image& labels,
                                                  const segmentation::Palette& palette) {
  static_assert(sizeof(segmentation::Colour) == 3, "libpng wants packed RGB");
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(labels.width());
  image.height = static_cast<png_uint_32>(labels.height());
  image.format = PNG_FORMAT_RGB_COLORMAP;
  image.colormap_entries = static_cast<png_uint_32>(palette.size());
  std::vector<std::byte> bytes(PNG_IMAGE_PNG_SIZE_MAX(image));
  png_alloc_size_t size = bytes.size();
  if (labels.empty() || png_image_write_to_memory(&image, bytes.data(), &size, 0, labels.pixels().data(),
                                                  static_cast<png_int_32>(labels.stride()), palette.data()) == 0)
    return failure(ErrorCode::internal, fmt::format("a palette PNG of {}x{} pixels cannot be written: {}",
                                                    labels.width(), labels.height(), image.message));
  bytes.resize(size);
  return bytes;
}

}  // namespace diolkos::video
