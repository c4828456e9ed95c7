#include "segmentation/smoother.h"

#include <random>

#include <gmock/gmock.h>

namespace diolkos::segmentation {
namespace {

// What is shown of one pixel that says this.
std::vector<int> shown(const std::vector<int>& said) {
  Smoother smoother;
  std::vector<int> result;
  for (const int label : said) {
    Segmentation frame;
    frame.map.reshape(1, 1, PixelFormat::gray);
    frame.map.pixels()[0] = static_cast<std::uint8_t>(label);
    smoother.run(frame);
    result.push_back(frame.map.pixels()[0]);
  }
  return result;
}

TEST(Smoother, HidesAFlickerAndFillsAGap) {
  EXPECT_EQ(shown({0, 12, 0, 0}), (std::vector<int>{0, 0, 0, 0}));
  EXPECT_EQ(shown({12, 0, 0, 12, 0, 12}), (std::vector<int>{12, 12, 12, 12, 12, 12}));
  EXPECT_EQ(shown({12, 0, 0, 0, 0}), (std::vector<int>{12, 12, 12, 0, 0}));
  EXPECT_EQ(shown({12, 15, 12}), (std::vector<int>{12, 15, 12}));
}

TEST(Smoother, NeverHidesANewThingForMoreThanOneFrame) {
  std::mt19937 random(3);
  for (int round = 0; round < 300; ++round) {
    std::vector<int> said(60);
    for (int& label : said) label = random() % 2 == 0 ? 0 : static_cast<int>(random() % 3);
    const std::vector<int> seen = shown(said);
    for (std::size_t i = 1; i < said.size(); ++i)
      if (said[i] != 0 && said[i - 1] != 0) {
        ASSERT_EQ(seen[i], said[i]);
      }
  }
}

TEST(Smoother, AnotherSizeOrClassStartsAnew) {
  Smoother smoother;
  Segmentation frame;
  frame.map.reshape(2, 1, PixelFormat::gray);
  frame.map.pixels() = {0, 0};
  smoother.run(frame);
  frame.mask_of = 12;
  frame.map.pixels() = {255, 0};
  smoother.run(frame);
  EXPECT_EQ(frame.map.pixels()[0], 255);
  frame.map.reshape(1, 1, PixelFormat::gray);
  frame.map.pixels() = {255};
  smoother.run(frame);
  EXPECT_EQ(frame.map.pixels()[0], 255);
}

}  // namespace
}  // namespace diolkos::segmentation
