#include "graph/resize_parameters.h"

#include <gtest/gtest.h>

namespace diolkos::graph {
namespace {

using enum ResizeCoordinates;

ResizeAxis axis(std::int64_t input, std::int64_t output) { return {input, output, static_cast<double>(output), 0, 1}; }

TEST(SourceCoordinate, FollowsItsFormula) {
  EXPECT_DOUBLE_EQ(source_coordinate(axis(4, 8), half_pixel, 0), -0.25);
  EXPECT_DOUBLE_EQ(source_coordinate(axis(4, 8), half_pixel, 7), 3.25);
  EXPECT_DOUBLE_EQ(source_coordinate(axis(4, 8), asymmetric, 3), 1.5);
  EXPECT_DOUBLE_EQ(source_coordinate(axis(4, 7), align_corners, 6), 3.0);
  EXPECT_DOUBLE_EQ(source_coordinate(axis(4, 1), align_corners, 0), 0.0);
  EXPECT_DOUBLE_EQ(source_coordinate(axis(4, 1), pytorch_half_pixel, 0), 0.0);
  EXPECT_DOUBLE_EQ(source_coordinate(axis(4, 1), half_pixel, 0), 1.5);
  const ResizeAxis crop{5, 3, 3, 0.25, 0.75};
  EXPECT_DOUBLE_EQ(source_coordinate(crop, tf_crop_and_resize, 0), 1.0);
  EXPECT_DOUBLE_EQ(source_coordinate(crop, tf_crop_and_resize, 2), 3.0);
  // 5 pixels by 0.5 are 2.5, of which 2 are made: they are centred.
  EXPECT_DOUBLE_EQ(source_coordinate({5, 2, 2.5, 0, 1}, half_pixel_symmetric, 0), 1.0);
  EXPECT_DOUBLE_EQ(source_coordinate({5, 2, 2.5, 0, 1}, half_pixel_symmetric, 1), 3.0);
}

TEST(SourceCoordinate, WholePositionsAreExact) {
  for (std::int64_t factor : {3, 7, 49, 512})
    for (std::int64_t i = 0; i < 100; ++i)
      EXPECT_EQ(source_coordinate(axis(100 * factor, 100), asymmetric, i), static_cast<double>(i * factor));
}

TEST(NearestPixel, RoundsHalvesByMode) {
  EXPECT_EQ(nearest_pixel(1.5, ResizeNearest::round_prefer_floor, 9), 1);
  EXPECT_EQ(nearest_pixel(1.5, ResizeNearest::round_prefer_ceil, 9), 2);
  EXPECT_EQ(nearest_pixel(1.6, ResizeNearest::floor, 9), 1);
  EXPECT_EQ(nearest_pixel(1.1, ResizeNearest::ceil, 9), 2);
  EXPECT_EQ(nearest_pixel(-3, ResizeNearest::floor, 9), 0);
  EXPECT_EQ(nearest_pixel(1e300, ResizeNearest::ceil, 9), 8);
}

}  // namespace
}  // namespace diolkos::graph
