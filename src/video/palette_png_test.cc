#include "video/palette_png.h"

#include <random>

#include <gmock/gmock.h>
#include <png.h>

namespace diolkos::video {
namespace {

using segmentation::Image;
using segmentation::PixelFormat;

TEST(PalettePng, IsEightBitPaletteWithVocsColours) {
  Image labels(3, 1, PixelFormat::gray);
  labels.pixels() = {0, 12, 255};
  const std::vector<std::byte> file = encode_palette_png(labels, segmentation::voc_palette()).value();
  const auto at = [&](std::size_t offset) { return std::to_integer<int>(file.at(offset)); };
  EXPECT_EQ(at(24), 8);  // IHDR: bit depth
  EXPECT_EQ(at(25), 3);  // colour type: palette
  const std::string text(reinterpret_cast<const char*>(file.data()), file.size());
  const std::size_t palette = text.find("PLTE");
  ASSERT_NE(palette, std::string::npos);
  EXPECT_EQ(text.substr(palette + 4 + 3 * 12, 3), std::string("\x40\x00\x80", 3));  // dog
  EXPECT_EQ(text.substr(palette + 4 + 3 * 255, 3), "\xe0\xe0\xc0");
}

TEST(PalettePng, IndicesAreReadBack) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 10; ++round) {
    Image labels(1 + static_cast<int>(random() % 200), 1 + static_cast<int>(random() % 50), PixelFormat::gray);
    for (std::uint8_t& label : labels.pixels()) label = static_cast<std::uint8_t>(random());
    const std::vector<std::byte> file = encode_palette_png(labels, segmentation::voc_palette()).value();
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    ASSERT_NE(png_image_begin_read_from_memory(&image, file.data(), file.size()), 0);
    ASSERT_EQ(static_cast<int>(image.width), labels.width());
    ASSERT_EQ(static_cast<int>(image.height), labels.height());
    image.format = PNG_FORMAT_RGB;
    std::vector<std::uint8_t> colours(PNG_IMAGE_SIZE(image));
    ASSERT_NE(png_image_finish_read(&image, nullptr, colours.data(), 0, nullptr), 0) << image.message;
    for (std::size_t i = 0; i < labels.pixels().size(); ++i) {
      const segmentation::Colour expected = segmentation::voc_palette()[labels.pixels()[i]];
      ASSERT_EQ((segmentation::Colour{colours[3 * i], colours[3 * i + 1], colours[3 * i + 2]}), expected);
    }
  }
}

TEST(PalettePng, AnEmptyMapIsAnError) { EXPECT_FALSE(encode_palette_png(Image{}, segmentation::voc_palette())); }

}  // namespace
}  // namespace diolkos::video
