#include "live/disagreement.h"

#include <random>

#include <gtest/gtest.h>

#include "live/quarters.h"

namespace diolkos::live {
namespace {

using segmentation::Image;
using segmentation::PixelFormat;

Image random_labels(int width, int height, std::mt19937& random, unsigned classes) {
  Image image(width, height, PixelFormat::gray);
  for (std::uint8_t& pixel : image.pixels()) pixel = static_cast<std::uint8_t>(random() % classes);
  return image;
}

TEST(Agreement, CountsPixelsAlike) {
  std::mt19937 random(3);
  for (int round = 0; round < 50; ++round) {
    const int width = 1 + static_cast<int>(random() % 70), height = 1 + static_cast<int>(random() % 20);
    const Image a = random_labels(width, height, random, 3), b = random_labels(width, height, random, 3);
    Agreement expected{static_cast<std::int64_t>(a.pixels().size()), 0, 0, 0};
    for (std::size_t i = 0; i < a.pixels().size(); ++i) {
      const int one = a.pixels()[i], other = b.pixels()[i];
      expected.same += one == other;
      expected.thing += one != 0 || other != 0;
      expected.same_thing += one == other && one != 0;
    }
    const Agreement found = agreement_of(a, b);
    ASSERT_EQ(found.same, expected.same);
    ASSERT_EQ(found.thing, expected.thing);
    ASSERT_EQ(found.same_thing, expected.same_thing);
    ASSERT_EQ(agreement_of(a, a).share(), 1);
    ASSERT_EQ(agreement_of(a, a).iou(), 1);
  }
}

TEST(Agreement, WhereNeitherSeesAnythingTheyAgree) {
  const Image nothing(4, 4, PixelFormat::gray);
  EXPECT_EQ(agreement_of(nothing, nothing).iou(), 1);
  EXPECT_EQ(Agreement{}.share(), 1);
}

TEST(Heat, RisesWhereTheyDifferAndFallsBackToNothing) {
  Image a(2, 1, PixelFormat::gray), b(2, 1, PixelFormat::gray);
  a.pixels() = {0, 5};
  b.pixels() = {0, 6};
  Heat heat;
  heat.run(a, b);
  EXPECT_EQ(heat.map().pixels()[0], 0);
  EXPECT_EQ(heat.map().pixels()[1], 64);
  for (int i = 0; i < 30; ++i) heat.run(a, b);
  EXPECT_EQ(heat.map().pixels()[1], 255);
  for (int i = 0; i < 30; ++i) heat.run(a, a);
  EXPECT_EQ(heat.map().pixels()[1], 0);
  Image other(3, 2, PixelFormat::gray);
  heat.run(other, other);
  EXPECT_EQ(heat.map().width(), 3);
}

TEST(Heat, IsDrawnOverTheFrameInGray) {
  Image heat(3, 1, PixelFormat::gray), frame(3, 1, PixelFormat::bgr), picture;
  heat.pixels() = {0, 64, 255};
  frame.pixels() = {200, 200, 200, 0, 0, 0, 10, 10, 10};
  draw_heat(heat, frame, picture);
  EXPECT_EQ(picture.pixels(), (std::vector<std::uint8_t>{100, 100, 100, 0, 0, 192, 255, 255, 255}));
}

TEST(Quarters, HoldEachPictureAtHalfItsSize) {
  for (const auto& [width, height] : {std::pair(4, 2), {7, 5}, {1, 1}}) {
    std::vector<Image> images;
    for (const int value : {10, 20, 30, 40}) {
      images.emplace_back(width, height, PixelFormat::bgr);
      std::fill(images.back().pixels().begin(), images.back().pixels().end(), static_cast<std::uint8_t>(value));
    }
    Image whole;
    draw_quarters({&images[0], &images[1], &images[2], &images[3]}, whole);
    ASSERT_EQ(whole.width(), width / 2 * 2);
    ASSERT_EQ(whole.height(), height / 2 * 2);
    for (int y = 0; y < whole.height(); ++y)
      for (int x = 0; x < whole.width(); ++x)
        EXPECT_EQ(whole.row(y)[3 * x + 2], 10 + 10 * (x >= whole.width() / 2) + 20 * (y >= whole.height() / 2));
  }
}

}  // namespace
}  // namespace diolkos::live
