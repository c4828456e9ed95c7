#include "base/shape.h"

#include <vector>

#include <gtest/gtest.h>

namespace diolkos {
namespace {

TEST(ShapeTest, CountsElements) {
  EXPECT_EQ(Shape{}.checked_elements(), 1);
  EXPECT_EQ((Shape{2, 3, 4}.checked_elements()), 24);
  EXPECT_EQ((Shape{5, 0, std::int64_t{1} << 62}.checked_elements()), 0);
  EXPECT_EQ((Shape{2, -1}.checked_elements()), std::nullopt);
  EXPECT_EQ((Shape{0, -1}.checked_elements()), std::nullopt);
  EXPECT_EQ((Shape{2, -1}.elements()), 0);
}

TEST(ShapeTest, NoticesCountsThatDoNotFit) {
  constexpr std::int64_t kBig = std::int64_t{1} << 31;
  EXPECT_EQ((Shape{kBig, kBig}.checked_elements()), std::int64_t{1} << 62);
  EXPECT_EQ((Shape{kBig, kBig, 2}.checked_elements()), std::nullopt);
  EXPECT_EQ((Shape{INT64_MAX, INT64_MAX}.checked_elements()), std::nullopt);
  EXPECT_EQ((Shape{INT64_MAX}.checked_elements()), std::nullopt);
}

TEST(ShapeTest, HoldsUpToEightDimensions) {
  Shape shape;
  for (int i = 0; i < Shape::kMaxRank; ++i) EXPECT_TRUE(shape.push_back(i + 1));
  EXPECT_FALSE(shape.push_back(1));
  EXPECT_EQ(shape.rank(), 8);
  EXPECT_EQ(shape[7], 8);
  EXPECT_EQ(Shape::from(std::vector<std::int64_t>(9, 1)), std::nullopt);
  EXPECT_EQ(Shape::from(std::vector<std::int64_t>{2, -2}), std::nullopt);
  EXPECT_EQ(Shape::from(std::vector<std::int64_t>{2, -1}), (Shape{2, -1}));
}

TEST(ShapeTest, ComparesByRankAndDimensions) {
  EXPECT_EQ((Shape{1, 2}), (Shape{1, 2}));
  EXPECT_NE((Shape{1, 2}), (Shape{1, 2, 1}));
  EXPECT_NE((Shape{1, 2}), (Shape{2, 1}));
  EXPECT_NE(Shape{}, Shape{1});
}

TEST(ShapeTest, PrintsAsPeopleWriteIt) {
  EXPECT_EQ(to_string(Shape{1, 3, 288, 288}), "1x3x288x288");
  EXPECT_EQ(to_string(Shape{}), "scalar");
  EXPECT_EQ(to_string(Shape{-1, 7}), "?x7");
  EXPECT_EQ(to_string(Shape{0}), "0");
}

}  // namespace
}  // namespace diolkos
