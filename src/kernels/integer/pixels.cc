#include "kernels/integer/pixels.h"

#include <algorithm>

#include "kernels/transpose/transpose.h"

namespace diolkos::kernels::integer {
namespace {

constexpr std::int64_t kPixelsAtOnce = 64;  // of one plane: with 16 channels, what the first-level cache holds easily

// body(image of the batch, its first pixel, pixels)
template <class Body>
void each_strip(const Image& image, ThreadPool& pool, Body&& body) {
  const std::int64_t strips = (image.plane() + kPixelsAtOnce - 1) / kPixelsAtOnce;
  pool.parallel_for(image.batch * strips, [&](std::int64_t item, int) {
    const std::int64_t first = item % strips * kPixelsAtOnce;
    body(item / strips, first, std::min(kPixelsAtOnce, image.plane() - first));
  });
}

std::uint8_t flip_of(const Image& image) { return image.dtype == DType::int8 ? 0x80 : 0; }

const std::byte* at(const void* elements, const Image& image, std::int64_t index) {
  return static_cast<const std::byte*>(elements) + index * image.element_bytes();
}
std::byte* at(void* elements, const Image& image, std::int64_t index) {
  return static_cast<std::byte*>(elements) + index * image.element_bytes();
}

}  // namespace

void pixels_from_plain(const Image& image, const void* plain, void* pixels, ThreadPool& pool) {
  each_strip(image, pool, [&](std::int64_t n, std::int64_t first, std::int64_t count) {
    transpose_plane({image.channels, count, image.plane(), image.stride(), flip_of(image)},
                    static_cast<std::size_t>(image.element_bytes()),
                    at(plain, image, n * image.channels * image.plane() + first),
                    at(pixels, image, (n * image.plane() + first) * image.stride()));
  });
}

void plain_from_pixels(const Image& image, const void* pixels, void* plain, ThreadPool& pool) {
  each_strip(image, pool, [&](std::int64_t n, std::int64_t first, std::int64_t count) {
    transpose_plane({count, image.channels, image.stride(), image.plane(), flip_of(image)},
                    static_cast<std::size_t>(image.element_bytes()),
                    at(pixels, image, (n * image.plane() + first) * image.stride()),
                    at(plain, image, n * image.channels * image.plane() + first));
  });
}

}  // namespace diolkos::kernels::integer
