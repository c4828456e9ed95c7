#include "kernels/integer/pixels.h"

#include <algorithm>

namespace diolkos::kernels::integer {
namespace {

constexpr std::int64_t kPixelsAtOnce = 64;  // of one plane: with 16 channels, what the first-level cache holds easily

// Calls body(channel of the batch's planes, first pixel, pixels) in an order that keeps lines of both sides near.
template <class Body>
void each_strip(const Image& image, ThreadPool& pool, Body&& body) {
  const std::int64_t strips = (image.plane() + kPixelsAtOnce - 1) / kPixelsAtOnce;
  pool.parallel_for(image.batch * strips, [&](std::int64_t item, int) {
    const std::int64_t first = item % strips * kPixelsAtOnce;
    const std::int64_t count = std::min(kPixelsAtOnce, image.plane() - first);
    for (std::int64_t c = 0; c < image.channels; ++c) body(item / strips, c, first, count);
  });
}

template <class T>
void from_plain(const Image& image, const T* plain, T* pixels, T offset, ThreadPool& pool) {
  const std::int64_t stride = image.stride();
  each_strip(image, pool, [&](std::int64_t n, std::int64_t c, std::int64_t first, std::int64_t count) {
    const T* from = plain + (n * image.channels + c) * image.plane() + first;
    T* to = pixels + (n * image.plane() + first) * stride + c;
    for (std::int64_t i = 0; i < count; ++i) to[i * stride] = static_cast<T>(from[i] + offset);
  });
}

template <class T>
void to_plain(const Image& image, const T* pixels, T* plain, T offset, ThreadPool& pool) {
  const std::int64_t stride = image.stride();
  each_strip(image, pool, [&](std::int64_t n, std::int64_t c, std::int64_t first, std::int64_t count) {
    const T* from = pixels + (n * image.plane() + first) * stride + c;
    T* to = plain + (n * image.channels + c) * image.plane() + first;
    for (std::int64_t i = 0; i < count; ++i) to[i] = static_cast<T>(from[i * stride] - offset);
  });
}

}  // namespace

void pixels_from_plain(const Image& image, const void* plain, void* pixels, ThreadPool& pool) {
  if (image.dtype == DType::int16)
    from_plain(image, static_cast<const std::int16_t*>(plain), static_cast<std::int16_t*>(pixels), std::int16_t{0},
               pool);
  else
    from_plain(image, static_cast<const std::uint8_t*>(plain), static_cast<std::uint8_t*>(pixels),
               static_cast<std::uint8_t>(image.offset()), pool);
}

void plain_from_pixels(const Image& image, const void* pixels, void* plain, ThreadPool& pool) {
  if (image.dtype == DType::int16)
    to_plain(image, static_cast<const std::int16_t*>(pixels), static_cast<std::int16_t*>(plain), std::int16_t{0}, pool);
  else
    to_plain(image, static_cast<const std::uint8_t*>(pixels), static_cast<std::uint8_t*>(plain),
             static_cast<std::uint8_t>(image.offset()), pool);
}

}  // namespace diolkos::kernels::integer
