#include "base/tensor.h"

#include <cmath>
#include <cstring>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/half.h"

namespace diolkos {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(TensorTest, ZerosAreZeroAlignedAndWritable) {
  Tensor tensor = Tensor::zeros(DType::int16, {3, 5}).value();
  EXPECT_EQ(tensor.elements(), 15);
  EXPECT_EQ(tensor.bytes(), 30u);
  EXPECT_THAT(tensor.as<std::int16_t>(), Each(0));
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(tensor.data()) % Tensor::kAlignment, 0u);
  tensor.mutable_as<std::int16_t>()[14] = 7;
  EXPECT_EQ(tensor.as<std::int16_t>()[14], 7);
}

TEST(TensorTest, RefusesWhatCannotBeAllocated) {
  EXPECT_FALSE(Tensor::zeros(DType::float32, {2, -1}));
  EXPECT_FALSE(Tensor::zeros(DType::undefined, {2}));
  EXPECT_FALSE(Tensor::zeros(DType::float32, {INT64_MAX, INT64_MAX}));
  EXPECT_FALSE(Tensor::zeros(DType::float64, {std::int64_t{1} << 62}));
  EXPECT_TRUE(Tensor::zeros(DType::float32, {4}, 16));
  auto over = Tensor::zeros(DType::float32, {5}, 16);
  ASSERT_FALSE(over);
  EXPECT_THAT(over.error().message, HasSubstr("a tensor of 5 float32 is over the limit of 16 bytes"));
}

TEST(TensorTest, EmptyTensorsAreDefined) {
  Tensor tensor = Tensor::zeros(DType::float32, {0, 3}).value();
  EXPECT_TRUE(tensor.defined());
  EXPECT_EQ(tensor.bytes(), 0u);
  EXPECT_TRUE(tensor.as<float>().empty());
  EXPECT_TRUE(to_float32(tensor));
  EXPECT_TRUE(Tensor::of<float>({0}, {}).defined());
}

TEST(TensorTest, CopiesShareTheirBytes) {
  Tensor tensor = Tensor::of<float>({2}, {1, 2});
  const Tensor copy = tensor;
  tensor.mutable_as<float>()[0] = 5;
  EXPECT_THAT(copy.as<float>(), ElementsAre(5, 2));
}

TEST(TensorTest, ElementsOfAnotherTypeAreNone) {
  Tensor tensor = Tensor::of<float>({2}, {1, 2});
  EXPECT_TRUE(tensor.as<std::int32_t>().empty());
  EXPECT_TRUE(tensor.mutable_as<double>().empty());
  EXPECT_TRUE(tensor.as_half_bits().empty());
  EXPECT_FALSE(Tensor{}.defined());
}

TEST(TensorTest, AWrongCountGivesNoTensor) { EXPECT_FALSE(Tensor::of<float>({3}, {1, 2}).defined()); }

TEST(TensorTest, ViewsBorrowAndKeepAlive) {
  std::weak_ptr<float[]> watch;
  {
    std::shared_ptr<float[]> owner(new float[2]{3, 4});
    watch = owner;
    Tensor view = Tensor::view(DType::float32, {2},
                               std::shared_ptr<const std::byte>(owner, reinterpret_cast<std::byte*>(owner.get())));
    owner.reset();
    EXPECT_FALSE(watch.expired());
    EXPECT_EQ(view.mutable_data(), nullptr);
    EXPECT_TRUE(view.mutable_as<float>().empty());
    EXPECT_THAT(view.as<float>(), ElementsAre(3, 4));
  }
  EXPECT_TRUE(watch.expired());
}

TEST(TensorTest, ReshapesToAsManyElements) {
  const Tensor tensor = Tensor::of<float>({2, 3}, {0, 1, 2, 3, 4, 5});
  EXPECT_EQ(tensor.reshaped({3, 2}).shape(), (Shape{3, 2}));
  EXPECT_EQ(tensor.reshaped({3, 2}).data(), tensor.data());
  EXPECT_EQ(tensor.reshaped({7}).shape(), (Shape{2, 3}));
}

template <class T>
void expect_converted(std::initializer_list<T> values, const std::vector<float>& expected) {
  auto converted = to_float32(Tensor::of<T>({static_cast<std::int64_t>(values.size())}, values));
  ASSERT_TRUE(converted) << converted.error().message;
  EXPECT_THAT(converted->template as<float>(), ::testing::ElementsAreArray(expected));
}

TEST(TensorTest, ConvertsEveryTypeToFloat32) {
  expect_converted<double>({0.5, 1e300, -0.1}, {0.5f, std::numeric_limits<float>::infinity(), -0.1f});
  expect_converted<std::int8_t>({-128, 127}, {-128, 127});
  expect_converted<std::uint8_t>({0, 255}, {0, 255});
  expect_converted<std::int16_t>({-32768}, {-32768});
  expect_converted<std::uint16_t>({65535}, {65535});
  expect_converted<std::int32_t>({INT32_MIN}, {-2147483648.0f});
  expect_converted<std::uint32_t>({UINT32_MAX}, {4294967296.0f});
  expect_converted<std::int64_t>({-7}, {-7});
  expect_converted<std::uint64_t>({UINT64_MAX}, {18446744073709551616.0f});
  expect_converted<bool>({true, false}, {1, 0});
  EXPECT_FALSE(to_float32(Tensor{}));
}

TEST(TensorTest, ConvertsHalfTypes) {
  for (const DType dtype : {DType::float16, DType::bfloat16}) {
    Tensor tensor = Tensor::zeros(dtype, {2}).value();
    const bool half = dtype == DType::float16;
    const std::uint16_t bits[] = {half ? float_to_half(1.5f) : float_to_bfloat16(1.5f),
                                  half ? float_to_half(-2.0f) : float_to_bfloat16(-2.0f)};
    std::memcpy(tensor.mutable_data(), bits, sizeof(bits));
    EXPECT_THAT(tensor.as_half_bits(), ElementsAre(bits[0], bits[1]));
    EXPECT_THAT(to_float32(tensor)->as<float>(), ElementsAre(1.5f, -2.0f));
  }
}

TEST(TensorTest, ConvertsIntegersToInt64) {
  EXPECT_THAT(to_int64(Tensor::of<std::int32_t>({2}, {-1, 5}))->as<std::int64_t>(), ElementsAre(-1, 5));
  EXPECT_THAT(to_int64(Tensor::of<bool>({1}, {true}))->as<std::int64_t>(), ElementsAre(1));
  auto floats = to_int64(Tensor::scalar(1.0f));
  ASSERT_FALSE(floats);
  EXPECT_THAT(floats.error().message, HasSubstr("expected integers, got float32"));
}

TEST(DTypeTest, NamesAndSizesGoTogether) {
  for (int id = 1; id <= static_cast<int>(DType::boolean); ++id) {
    const auto dtype = static_cast<DType>(id);
    EXPECT_EQ(dtype_named(name_of(dtype)), dtype);
    EXPECT_GT(size_of(dtype), 0u);
    EXPECT_FALSE(is_float(dtype) && is_integer(dtype));
  }
  EXPECT_EQ(dtype_named("float99"), std::nullopt);
  EXPECT_EQ(dtype_named("undefined"), std::nullopt);
  EXPECT_EQ(size_of(DType::undefined), 0u);
  EXPECT_FALSE(is_integer(DType::boolean));
}

}  // namespace
}  // namespace diolkos
