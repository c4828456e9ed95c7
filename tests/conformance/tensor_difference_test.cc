#include "conformance/tensor_difference.h"

#include <limits>

#include <gtest/gtest.h>

namespace diolkos::conformance {
namespace {

TEST(TensorDifference, FloatsWithinOnnxsTolerances) {
  const Tensor expected = Tensor::of<float>(Shape{2}, {1000.0f, 0.0f});
  EXPECT_EQ(difference(Tensor::of<float>(Shape{2}, {1000.9f, 9e-8f}), expected), "");
  EXPECT_NE(difference(Tensor::of<float>(Shape{2}, {1001.2f, 0.0f}), expected), "");
  EXPECT_NE(difference(Tensor::of<float>(Shape{2}, {1000.0f, 2e-7f}), expected), "");
}

TEST(TensorDifference, NotANumberAndInfinityOnlyEqualThemselves) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(difference(Tensor::scalar(nan), Tensor::scalar(nan)), "");
  EXPECT_NE(difference(Tensor::scalar(nan), Tensor::scalar(1.0f)), "");
  EXPECT_NE(difference(Tensor::scalar(1.0f), Tensor::scalar(nan)), "");
  EXPECT_EQ(difference(Tensor::scalar(infinity), Tensor::scalar(infinity)), "");
  EXPECT_NE(difference(Tensor::scalar(1.0f), Tensor::scalar(infinity)), "");
  EXPECT_NE(difference(Tensor::scalar(-infinity), Tensor::scalar(infinity)), "");
}

TEST(TensorDifference, IntegersTypesAndShapesAreExact) {
  const Tensor expected = Tensor::of<std::int32_t>(Shape{2}, {100000, 7});
  EXPECT_EQ(difference(expected, expected), "");
  EXPECT_EQ(difference(Tensor::of<std::int32_t>(Shape{2}, {100000, 8}), expected), "element 1 is 8, expected 7");
  EXPECT_EQ(difference(Tensor::of<std::int32_t>(Shape{2, 1}, {100000, 7}), expected), "is int32 2x1, expected int32 2");
  EXPECT_NE(difference(Tensor::of<std::int64_t>(Shape{2}, {100000, 7}), expected), "");
}

}  // namespace
}  // namespace diolkos::conformance
