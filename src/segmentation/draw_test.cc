#include "segmentation/draw.h"

#include <random>

#include <gmock/gmock.h>

#include "segmentation/share.h"
#include "segmentation/test_images.h"

namespace diolkos::segmentation {
namespace {

using ::testing::ElementsAre;

Segmentation row_of(std::vector<std::uint8_t> labels, std::optional<int> mask_of = std::nullopt) {
  Segmentation segmentation;
  segmentation.map.reshape(static_cast<int>(labels.size()), 1, PixelFormat::gray);
  segmentation.map.pixels() = std::move(labels);
  segmentation.mask_of = mask_of;
  return segmentation;
}

TEST(Draw, OverlayIsTheWeightedMean) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(seed_text(seed));
  std::mt19937 random(seed);
  for (const double alpha : {0.0, 0.3, 0.5, 1.0}) {
    const Image before = random_image(random, 37, 11, PixelFormat::bgr);
    Segmentation segmentation;
    segmentation.map.reshape(37, 11, PixelFormat::gray);
    for (std::uint8_t& label : segmentation.map.pixels()) label = static_cast<std::uint8_t>(between(random, 0, 3) * 4);
    Image after = before;
    draw_overlay(segmentation, voc_palette(), alpha, after);
    for (std::size_t i = 0; i < segmentation.map.pixels().size(); ++i) {
      const int label = segmentation.map.pixels()[i];
      const Colour colour = voc_palette()[static_cast<std::size_t>(label)];
      const std::array bgr{colour.blue, colour.green, colour.red};
      for (std::size_t channel = 0; channel < 3; ++channel) {
        const int was = before.pixels()[3 * i + channel];
        const double expected = label == 0 ? was : was * (1 - alpha) + bgr[channel] * alpha;
        ASSERT_NEAR(after.pixels()[3 * i + channel], expected, label == 0 ? 0 : 1.01);
      }
    }
  }
}

TEST(Draw, AMaskIsTintedInItsClassesColour) {
  Image frame(2, 1, PixelFormat::bgr);
  draw_overlay(row_of({255, 0}, 12), voc_palette(), 1, frame);
  EXPECT_THAT(frame.pixels(), ElementsAre(128, 0, 64, 0, 0, 0));
}

TEST(Draw, MasksAndLabels) {
  Image drawn;
  draw_mask(row_of({0, 3, 255}), drawn);
  EXPECT_THAT(drawn.pixels(), ElementsAre(0, 255, 255));
  draw_labels(row_of({0, 3, 255}), drawn);
  EXPECT_THAT(drawn.pixels(), ElementsAre(0, 3, 255));
  draw_labels(row_of({0, 255}, 12), drawn);
  EXPECT_THAT(drawn.pixels(), ElementsAre(0, 12));
}

TEST(Draw, NamesAreReadAsTheyArePrinted) {
  for (const Drawing drawing : {Drawing::overlay, Drawing::mask, Drawing::labels})
    EXPECT_EQ(drawing_named(name_of(drawing)), drawing);
  EXPECT_EQ(drawing_named("overlays"), std::nullopt);
}

TEST(Share, CountsEveryPixel) {
  const Shares shares = shares_of(row_of({0, 3, 3, 255, 0}));
  EXPECT_EQ(shares.total, 5);
  EXPECT_EQ(shares.pixels[3], 2);
  EXPECT_DOUBLE_EQ(shares.of(0), 0.4);
  EXPECT_DOUBLE_EQ(shares.of(255), 0.2);
  EXPECT_DOUBLE_EQ(shares_of(row_of({255, 0, 255}, 12)).of(12), 2.0 / 3);
  EXPECT_DOUBLE_EQ(shares_of(Segmentation{}).of(0), 0);
}

TEST(Shares, CountRunsOfAnyLengthAtAnyPlace) {
  std::mt19937 random(5);
  for (int round = 0; round < 300; ++round) {
    std::vector<std::uint8_t> pixels;
    for (unsigned runs = random() % 12; runs > 0; --runs)
      pixels.insert(pixels.end(), random() % 40, static_cast<std::uint8_t>(random() % 3 * 127));
    const Shares shares = shares_of(row_of(pixels));
    for (const int value : {0, 127, 254})
      ASSERT_EQ(shares.pixels[static_cast<std::size_t>(value)], std::ranges::count(pixels, value)) << round;
  }
}

}  // namespace
}  // namespace diolkos::segmentation
