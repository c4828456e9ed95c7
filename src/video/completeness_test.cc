#include "video/completeness.h"

#include <random>
#include <span>

#include <gmock/gmock.h>

#include "support/temporary_folder.h"
#include "video/encode_image.h"
#include "video/test_pictures.h"
#include "video/video_sink.h"

namespace diolkos::video {
namespace {

// Of a whole file every shorter one is cut, or too short to tell what it was.
void expect_cut_everywhere(std::span<const std::byte> whole, std::size_t least) {
  EXPECT_EQ(find_cut(whole), std::nullopt);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    // Its own memory, so that reading past the end is seen by a sanitizer.
    const std::vector<std::byte> part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    ASSERT_TRUE(find_cut(part).has_value() || size < least) << size << " of " << whole.size() << " bytes";
  }
}

TEST(Completeness, ImagesCutAnywhere) {
  std::mt19937 random(1);
  segmentation::Image noise(23, 17, segmentation::PixelFormat::bgr);
  for (std::uint8_t& value : noise.pixels()) value = static_cast<std::uint8_t>(random());
  expect_cut_everywhere(encode_image(noise, "x.png").value(), 8);
  expect_cut_everywhere(encode_image(noise, "x.jpg").value(), 3);
  expect_cut_everywhere(encode_image(noise, "x.webp").value(), 8);
}

TEST(Completeness, VideosCutAnywhere) {
  const TemporaryFolder folder;
  for (const std::string name : {"a.mp4", "a.mov", "a.mkv", "a.avi", "a.webm"}) {
    auto sink = open_video_sink(folder / name, {}).value();
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(sink->write(flat(32, 32, static_cast<std::uint8_t>(80 * i)), "")) << name;
    ASSERT_TRUE(sink->finish()) << name;
    const std::vector<char> bytes = bytes_of(folder / name);
    ASSERT_GT(bytes.size(), 100u);
    SCOPED_TRACE(name);
    expect_cut_everywhere(std::as_bytes(std::span(bytes)), 8);
  }
}

TEST(Completeness, SaysWhatIsMissing) {
  const std::string mp4(
      "\0\0\0\x08"
      "ftyp"
      "\0\0\x10\0"
      "mdat....",
      20);
  EXPECT_EQ(find_cut(std::as_bytes(std::span(mp4))), "its 'mdat' part at byte 8 has 4096 bytes, of which 12 are there");
}

TEST(Completeness, RandomBytesBehindAnyBeginningAreSurvived) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  const std::vector<std::string> beginnings = {std::string("\0\0\0\x08"
                                                           "ftyp",
                                                           8),
                                               "RIFF",
                                               "\x1a\x45\xdf\xa3",
                                               "\x89PNG\r\n\x1a\n",
                                               "\xff\xd8\xff",
                                               ""};
  for (int round = 0; round < 20000; ++round) {
    std::string text = beginnings[static_cast<std::size_t>(round) % beginnings.size()];
    const std::size_t size = random() % 64;
    const unsigned mask = round % 2 == 0 ? 0xff : 0x0f;  // small sizes make chains of parts
    for (std::size_t i = 0; i < size; ++i) text += static_cast<char>(random() & mask);
    static_cast<void>(find_cut(std::as_bytes(std::span(text))));
  }
}

}  // namespace
}  // namespace diolkos::video
