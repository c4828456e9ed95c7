// Borrowed 8-bit images, so that rooms do not have to know OpenCV's types.
#pragma once

#include <cstddef>
#include <cstdint>

namespace diolkos::segmentation {

enum class PixelFormat { bgr, rgb, gray };

struct ImageView {
  const std::uint8_t* data = nullptr;
  int width = 0;
  int height = 0;
  std::size_t stride = 0;  // bytes from one row to the next
  PixelFormat format = PixelFormat::bgr;
};

}  // namespace diolkos::segmentation
