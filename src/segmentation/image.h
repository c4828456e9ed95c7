// 8-bit images, so that rooms do not have to know OpenCV's types: borrowed (ImageView) and owned (Image).
// Pixels are interleaved; a gray image may also hold class indices or a mask of 0 and 255.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace diolkos::segmentation {

enum class PixelFormat { bgr, rgb, gray };

constexpr int channels_of(PixelFormat format) { return format == PixelFormat::gray ? 1 : 3; }

struct ImageView {
  const std::uint8_t* data = nullptr;
  int width = 0;
  int height = 0;
  std::size_t stride = 0;  // bytes from one row to the next
  PixelFormat format = PixelFormat::bgr;
};

class Image {
 public:
  Image() = default;
  Image(int width, int height, PixelFormat format) { reshape(width, height, format); }

  // Rows are packed. Memory is kept where it is enough; the pixels then hold what they held.
  void reshape(int width, int height, PixelFormat format) {
    width_ = width;
    height_ = height;
    format_ = format;
    pixels_.resize(stride() * static_cast<std::size_t>(height));
  }

  int width() const { return width_; }
  int height() const { return height_; }
  PixelFormat format() const { return format_; }
  bool empty() const { return pixels_.empty(); }
  std::size_t stride() const {
    return static_cast<std::size_t>(width_) * static_cast<std::size_t>(channels_of(format_));
  }

  std::uint8_t* row(int y) { return pixels_.data() + stride() * static_cast<std::size_t>(y); }
  const std::uint8_t* row(int y) const { return pixels_.data() + stride() * static_cast<std::size_t>(y); }
  std::vector<std::uint8_t>& pixels() { return pixels_; }
  const std::vector<std::uint8_t>& pixels() const { return pixels_; }
  ImageView view() const { return {pixels_.data(), width_, height_, stride(), format_}; }

 private:
  int width_ = 0;
  int height_ = 0;
  PixelFormat format_ = PixelFormat::bgr;
  std::vector<std::uint8_t> pixels_;
};

}  // namespace diolkos::segmentation
