#include "base/strided_copy.h"

#include <cstring>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace diolkos {
namespace {

using Strides = std::vector<std::int64_t>;

TEST(StridedCopyTest, TellsRowMajorStrides) {
  EXPECT_TRUE(is_row_major({2, 3}, Strides{3, 1}));
  EXPECT_TRUE(is_row_major({}, Strides{}));
  EXPECT_TRUE(is_row_major({1, 3}, Strides{99, 1}));
  EXPECT_TRUE(is_row_major({0, std::int64_t{1} << 62, std::int64_t{1} << 62}, Strides{5, 5, 5}));
  EXPECT_FALSE(is_row_major({2, 3}, Strides{1, 2}));
  EXPECT_FALSE(is_row_major({2, 3}, Strides{3}));
  EXPECT_FALSE(is_row_major({2}, Strides{0}));
}

TEST(StridedCopyTest, MeasuresWhatAViewSpans) {
  EXPECT_EQ(strided_extent({}, Strides{}), 1);
  EXPECT_EQ(strided_extent({2, 3}, Strides{3, 1}), 6);
  EXPECT_EQ(strided_extent({2, 3}, Strides{10, 2}), 15);
  EXPECT_EQ(strided_extent({4, 5}, Strides{0, 0}), 1);
  EXPECT_EQ(strided_extent({0, 5}, Strides{INT64_MAX, INT64_MAX}), 0);
  EXPECT_EQ(strided_extent({2}, Strides{INT64_MAX}), std::nullopt);
  EXPECT_EQ(strided_extent({2, 2}, Strides{std::int64_t{1} << 61, std::int64_t{1} << 61}), std::nullopt);
  EXPECT_EQ(strided_extent({2}, Strides{-1}), std::nullopt);
  EXPECT_EQ(strided_extent({2}, Strides{1, 1}), std::nullopt);
  EXPECT_EQ(strided_extent({-1}, Strides{1}), std::nullopt);
}

// Against the definition: the offset of each element from its index.
TEST(StridedCopyTest, CopiesRandomViews) {
  const std::uint32_t seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 300; ++round) {
    Shape shape;
    Strides strides;
    for (unsigned rank = random() % 5; rank > 0; --rank) {
      shape.push_back(random() % 4 + (random() % 8 != 0));
      strides.push_back(random() % 7);
    }
    const std::size_t element = std::size_t{1} << random() % 4;
    std::vector<std::byte> source(static_cast<std::size_t>(*strided_extent(shape, strides)) * element);
    for (std::byte& byte : source) byte = static_cast<std::byte>(random());
    std::vector<std::byte> target(static_cast<std::size_t>(shape.elements()) * element);
    copy_strided(shape, strides, element, source.data(), target.data());
    for (std::int64_t i = 0; i < shape.elements(); ++i) {
      std::int64_t offset = 0, rest = i;
      for (int axis = shape.rank() - 1; axis >= 0; --axis) {
        offset += rest % shape[axis] * strides[static_cast<std::size_t>(axis)];
        rest /= shape[axis];
      }
      ASSERT_EQ(std::memcmp(target.data() + static_cast<std::size_t>(i) * element,
                            source.data() + static_cast<std::size_t>(offset) * element, element),
                0);
    }
  }
}

}  // namespace
}  // namespace diolkos
