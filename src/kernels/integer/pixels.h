// Integer images as the integer kernels want them: batch, height, width, channels, the channels of a pixel together and
// padded (with anything) to 4 or to whole blocks of 16. Signed 8-bit values are held as unsigned ones, 128 more.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/dtype.h"
#include "base/thread_pool.h"

namespace diolkos::kernels::integer {

struct Image {
  std::int64_t batch = 1;
  std::int64_t channels = 1;
  std::int64_t height = 1;
  std::int64_t width = 1;
  DType dtype = DType::int8;  // int8, uint8, int16

  std::int64_t stride() const { return channels <= 4 ? 4 : (channels + 15) / 16 * 16; }  // elements of a pixel
  std::int64_t plane() const { return height * width; }
  std::int64_t pixels() const { return batch * plane(); }
  std::int64_t elements() const { return pixels() * stride(); }
  std::int64_t element_bytes() const { return dtype == DType::int16 ? 2 : 1; }
  // What tiles read beyond the last pixel is there.
  std::size_t bytes() const { return static_cast<std::size_t>(elements() * element_bytes() + 64); }
  std::int32_t offset() const { return dtype == DType::int8 ? 128 : 0; }  // of what is held against what is meant
};

// Plain: batch, channels, height, width, of the dtype itself.
void pixels_from_plain(const Image& image, const void* plain, void* pixels, ThreadPool& pool);
void plain_from_pixels(const Image& image, const void* pixels, void* plain, ThreadPool& pool);

}  // namespace diolkos::kernels::integer
