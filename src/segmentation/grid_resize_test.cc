#include "segmentation/grid_resize.h"

#include <gmock/gmock.h>

#include "segmentation/class_threshold.h"
#include "segmentation/postprocess.h"
#include "segmentation/test_images.h"

namespace diolkos::segmentation {
namespace {

using ::testing::HasSubstr;

// Where resized pixel `index` of `resized` lies in the grid, by the axis that post-processing uses.
double position(GridCoordinates coordinates, int grid, int resized, int index) {
  const GridPart part = grid_part(coordinates, grid, resized, {0, static_cast<double>(resized)});
  return part.origin + (index + 0.5) * part.extent / resized - 0.5;
}

TEST(GridResize, CoordinatesAreTheResizesOwn) {
  EXPECT_DOUBLE_EQ(position(GridCoordinates::half_pixel, 4, 8, 0), -0.25);
  EXPECT_DOUBLE_EQ(position(GridCoordinates::half_pixel, 4, 8, 7), 3.25);
  EXPECT_NEAR(position(GridCoordinates::align_corners, 65, 513, 0), 0, 1e-12);
  EXPECT_NEAR(position(GridCoordinates::align_corners, 65, 513, 256), 32, 1e-12);
  EXPECT_NEAR(position(GridCoordinates::align_corners, 65, 513, 512), 64, 1e-12);
  EXPECT_NEAR(position(GridCoordinates::asymmetric, 4, 8, 5), 2.5, 1e-12);
}

// With a frame of the map's size, a grid resized by post-processing is the map resized by the network, decided.
TEST(GridResize, StandsForTheMapThatWasNotWritten) {
  constexpr int kGrid = 7, kMap = 37, kClasses = 5;
  std::mt19937 random(11);
  std::normal_distribution<float> normal;
  Tensor grid = Tensor::zeros(DType::float32, {1, kClasses, kGrid, kGrid}).value();
  for (float& value : grid.mutable_as<float>()) value = normal(random);
  Tensor map = Tensor::zeros(DType::float32, {1, kClasses, kMap, kMap}).value();
  const auto at = [&](int c, int y, int x) {
    return grid.as<float>()[static_cast<std::size_t>((c * kGrid + y) * kGrid + x)];
  };
  auto values = map.mutable_as<float>().begin();
  for (int c = 0; c < kClasses; ++c)
    for (int y = 0; y < kMap; ++y)
      for (int x = 0; x < kMap; ++x) {
        const double v = y * (kGrid - 1.0) / (kMap - 1), u = x * (kGrid - 1.0) / (kMap - 1);
        const int y0 = static_cast<int>(v), x0 = static_cast<int>(u), y1 = std::min(y0 + 1, kGrid - 1),
                  x1 = std::min(x0 + 1, kGrid - 1);
        const double fy = v - y0, fx = u - x0;
        *values++ = static_cast<float>((at(c, y0, x0) * (1 - fx) + at(c, y0, x1) * fx) * (1 - fy) +
                                       (at(c, y1, x0) * (1 - fx) + at(c, y1, x1) * fx) * fy);
      }
  const Geometry geometry = fit_frame({kMap, kMap}, {kMap, kMap}, Fit::stretch);
  PostprocessOptions cut;
  cut.resize = GridResize{GridCoordinates::align_corners, {kMap, kMap}};
  Segmentation from_grid, from_map;
  auto of_grid = Postprocessor::create(DType::float32, grid.shape(), cut).value();
  auto of_map = Postprocessor::create(DType::float32, map.shape(), {}).value();
  ASSERT_TRUE(of_grid.run(grid, geometry, from_grid));
  ASSERT_TRUE(of_map.run(map, geometry, from_map));
  int different = 0;
  for (std::size_t i = 0; i < from_map.map.pixels().size(); ++i)
    different += from_grid.map.pixels()[i] != from_map.map.pixels()[i];
  EXPECT_LE(different, 2);  // ties that rounding decides
}

TEST(GridResize, ReadsItsMetadata) {
  EXPECT_FALSE(read_grid_resize({})->has_value());
  const auto read = read_grid_resize({{"diolkos.resize", "align_corners 513x390"}});
  ASSERT_TRUE(read && *read);
  EXPECT_EQ((*read)->size, (Size{390, 513}));
  for (const char* text :
       {"", "align_corners", "align_corners 5", "cubic 5x5", "half_pixel 0x5", "half_pixel 5x5 ", "half_pixel x"})
    EXPECT_THAT(read_grid_resize({{"diolkos.resize", text}}).error().message, HasSubstr("expected half_pixel")) << text;
}

TEST(ClassThreshold, GoesThroughMetadata) {
  const std::vector<ClassThreshold> written{{12, true, 3.25, 0.9731}, {12, false, 0.43, 0.98}, {15, true, -1.5, 0.9}};
  Metadata metadata;
  write_metadata(written, metadata);
  EXPECT_EQ(metadata["diolkos.thresholds"], "12 raw 3.25 0.9731\n12 probability 0.43 0.9800\n15 raw -1.5 0.9000");
  const auto read = read_class_thresholds(metadata);
  ASSERT_TRUE(read);
  EXPECT_EQ(best_threshold(*read, 12, false)->threshold, 0.43);
  EXPECT_EQ(best_threshold(*read, 12, true)->threshold, 3.25);
  EXPECT_TRUE(best_threshold(*read, 15, false)->raw);
  EXPECT_FALSE(best_threshold(*read, 3, false).has_value());
  for (const char* text :
       {"12", "12 raw", "dog raw 1 1", "12 soft 1 1", "12 raw nan 1", "12 probability 1.5 1", "12 raw 1 1 1"})
    EXPECT_FALSE(read_class_thresholds({{"diolkos.thresholds", text}})) << text;
}

}  // namespace
}  // namespace diolkos::segmentation
