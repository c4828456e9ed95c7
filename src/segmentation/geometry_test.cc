#include "segmentation/geometry.h"

#include <gtest/gtest.h>

#include "segmentation/test_images.h"

namespace diolkos::segmentation {
namespace {

TEST(Geometry, CropIsTheLargestCentredSquareForASquareNetwork) {
  const Geometry wide = fit_frame({1280, 720}, {288, 288}, Fit::crop);
  EXPECT_EQ(wide.frame_region, (Rect{280, 0, 720, 720}));
  EXPECT_EQ(wide.input_region, (Rect{0, 0, 288, 288}));
  const Geometry tall = fit_frame({481, 640}, {288, 288}, Fit::crop);
  EXPECT_EQ(tall.frame_region, (Rect{0, 79, 481, 481}));
}

TEST(Geometry, CropKeepsTheNetworksAspectRatio) {
  EXPECT_EQ(fit_frame({1280, 720}, {390, 520}, Fit::crop).frame_region, (Rect{370, 0, 540, 720}));
  EXPECT_EQ(fit_frame({1280, 720}, {640, 360}, Fit::crop).frame_region, (Rect{0, 0, 1280, 720}));
}

TEST(Geometry, LetterboxCentresTheWholeFrame) {
  const Geometry geometry = fit_frame({1280, 720}, {512, 512}, Fit::letterbox);
  EXPECT_EQ(geometry.frame_region, (Rect{0, 0, 1280, 720}));
  EXPECT_EQ(geometry.input_region, (Rect{0, 112, 512, 288}));
}

TEST(Geometry, StretchCoversBoth) {
  const Geometry geometry = fit_frame({1546, 1213}, {513, 513}, Fit::stretch);
  EXPECT_EQ(geometry.frame_region, (Rect{0, 0, 1546, 1213}));
  EXPECT_EQ(geometry.input_region, (Rect{0, 0, 513, 513}));
}

TEST(Geometry, ExtremeSizesKeepNonEmptyRegionsInside) {
  constexpr int kSides[] = {1, 2, 3, 7, 1000, 32767};
  for (const int w : kSides)
    for (const int h : kSides)
      for (const int iw : kSides)
        for (const int ih : kSides)
          for (const Fit fit : {Fit::crop, Fit::letterbox, Fit::stretch}) {
            const Geometry g = fit_frame({w, h}, {iw, ih}, fit);
            for (const auto& [region, size] :
                 {std::pair{g.frame_region, g.frame}, std::pair{g.input_region, g.input}}) {
              ASSERT_GE(region.x, 0);
              ASSERT_GE(region.y, 0);
              ASSERT_GE(region.width, 1);
              ASSERT_GE(region.height, 1);
              ASSERT_LE(region.x + region.width, size.width);
              ASSERT_LE(region.y + region.height, size.height);
            }
          }
}

TEST(Geometry, ThereAndBackIsWhereItStarted) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(seed_text(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 2000; ++round) {
    const Fit fit = static_cast<Fit>(round % 3);
    const Geometry g = fit_frame({between(random, 1, 4000), between(random, 1, 4000)},
                                 {between(random, 1, 1025), between(random, 1, 1025)}, fit);
    const Point point{between(random, 0, 4000) / 3.0, between(random, 0, 4000) / 3.0};
    const Point back = g.to_frame(g.to_input(point));
    ASSERT_NEAR(back.x, point.x, 1e-6);
    ASSERT_NEAR(back.y, point.y, 1e-6);
  }
}

TEST(Geometry, NamesAreReadAsTheyArePrinted) {
  for (const Fit fit : {Fit::crop, Fit::letterbox, Fit::stretch}) EXPECT_EQ(fit_named(name_of(fit)), fit);
  EXPECT_EQ(fit_named("centre"), std::nullopt);
}

}  // namespace
}  // namespace diolkos::segmentation
