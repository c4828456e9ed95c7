// PNG files for this room's tests, of any colour type.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include <png.h>

#include "segmentation/palette.h"

namespace diolkos::evaluate {

struct TestPng {
  int width = 0, height = 0;
  int colour_type = PNG_COLOR_TYPE_GRAY;
  int bits = 8;
  std::vector<std::uint8_t> bytes;  // packed rows
  segmentation::Palette palette = segmentation::voc_palette();
  int palette_entries = 256;
};

inline void write_png(const std::filesystem::path& path, const TestPng& picture) {
  std::FILE* const file = std::fopen(path.c_str(), "wb");
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_init_io(png, file);
  png_set_IHDR(png, info, static_cast<png_uint_32>(picture.width), static_cast<png_uint_32>(picture.height),
               picture.bits, picture.colour_type, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  if (picture.colour_type == PNG_COLOR_TYPE_PALETTE) {
    std::vector<png_color> colours;
    for (int i = 0; i < picture.palette_entries; ++i) {
      const segmentation::Colour& colour = picture.palette[static_cast<std::size_t>(i)];
      colours.push_back({colour.red, colour.green, colour.blue});
    }
    png_set_PLTE(png, info, colours.data(), picture.palette_entries);
  }
  png_write_info(png, info);
  const std::size_t stride = png_get_rowbytes(png, info);
  for (int y = 0; y < picture.height; ++y)
    png_write_row(png, picture.bytes.data() + stride * static_cast<std::size_t>(y));
  png_write_end(png, nullptr);
  png_destroy_write_struct(&png, &info);
  std::fclose(file);
}

inline void write_gray(const std::filesystem::path& path, int width, int height, std::vector<std::uint8_t> values) {
  write_png(path, {.width = width, .height = height, .bytes = std::move(values)});
}

}  // namespace diolkos::evaluate
