// Pictures and files for this room's tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "segmentation/image.h"

namespace diolkos::video {

inline segmentation::Image flat(int width, int height, std::uint8_t value,
                                segmentation::PixelFormat format = segmentation::PixelFormat::bgr) {
  segmentation::Image image(width, height, format);
  for (std::uint8_t& pixel : image.pixels()) pixel = value;
  return image;
}

inline double mean(const segmentation::Image& image) {
  double sum = 0;
  for (const std::uint8_t pixel : image.pixels()) sum += pixel;
  return sum / static_cast<double>(image.pixels().size());
}

inline std::vector<char> bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void save(const std::filesystem::path& path, const std::vector<char>& bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace diolkos::video
