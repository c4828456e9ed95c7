#include "formats/npy/npy.h"

#include <cstring>
#include <filesystem>
#include <numeric>
#include <random>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/half.h"
#include "base/output_file.h"
#include "formats/npy/npy_header.h"

namespace diolkos::formats {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class NpyTest : public ::testing::Test {
 protected:
  fs::path file(const std::string& name) const { return fs::path(::testing::TempDir()) / ("diolkos_npy_" + name); }
};

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

// What numpy.lib.format writes, by hand.
std::string npy(std::string literal, std::string data, char major = 1) {
  std::string text = "\x93NUMPY";
  text += {major, '\0'};
  const std::size_t length = literal.size();
  text += {static_cast<char>(length & 0xff), static_cast<char>(length >> 8)};
  if (major > 1) text += std::string(2, '\0');
  return text + literal + data;
}

template <class T>
std::string raw(std::initializer_list<T> values) {
  std::string text(values.size() * sizeof(T), '\0');
  std::memcpy(text.data(), std::data(values), text.size());
  return text;
}

TEST_F(NpyTest, ReadsWhatNumpyWrites) {
  for (char version : {1, 2, 3}) {
    const std::string text = npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }   \n",
                                 raw<float>({0, 1, 2, 3, 4, 5}), version);
    auto tensor = read_npy(bytes_of(text));
    ASSERT_TRUE(tensor) << tensor.error().message;
    EXPECT_EQ(tensor->shape(), (Shape{2, 3}));
    EXPECT_THAT(tensor->as<float>(), ElementsAre(0, 1, 2, 3, 4, 5));
  }
}

TEST_F(NpyTest, BringsFortranOrderToRowMajor) {
  auto tensor = read_npy(
      bytes_of(npy("{'shape': (2, 3), 'fortran_order': True, 'descr': '<i2'}", raw<std::int16_t>({0, 3, 1, 4, 2, 5}))));
  ASSERT_TRUE(tensor) << tensor.error().message;
  EXPECT_THAT(tensor->as<std::int16_t>(), ElementsAre(0, 1, 2, 3, 4, 5));
}

TEST_F(NpyTest, ReadsScalarsAndEmptyTensors) {
  auto scalar =
      read_npy(bytes_of(npy("{'descr': '<i8', 'fortran_order': False, 'shape': ()}", raw<std::int64_t>({-7}))));
  ASSERT_TRUE(scalar) << scalar.error().message;
  EXPECT_EQ(scalar->shape().rank(), 0);
  EXPECT_THAT(scalar->as<std::int64_t>(), ElementsAre(-7));
  auto empty = read_npy(bytes_of(npy("{'descr': '|b1', 'fortran_order': True, 'shape': (4, 0, 2)}", "")));
  ASSERT_TRUE(empty) << empty.error().message;
  EXPECT_EQ(empty->shape(), (Shape{4, 0, 2}));
  EXPECT_TRUE(read_npy(bytes_of(npy(
      "{'descr': '<i8', 'fortran_order': True, 'shape': (1, 4611686018427387904, 4611686018427387904, 0, 9)}", ""))));
}

TEST_F(NpyTest, RoundTripsEveryType) {
  std::mt19937 random(7);
  for (int id = 1; id <= static_cast<int>(DType::boolean); ++id) {
    const auto dtype = static_cast<DType>(id);
    for (const Shape& shape : {Shape{}, Shape{5}, Shape{2, 3, 4}, Shape{3, 0}, Shape{1, 1, 2, 1, 1, 1, 1, 3}}) {
      Tensor tensor = Tensor::zeros(dtype, shape).value();
      for (std::size_t i = 0; i < tensor.bytes(); ++i)
        tensor.mutable_data()[i] = static_cast<std::byte>(dtype == DType::boolean ? random() % 2 : random() % 256);
      const fs::path path = file("roundtrip.npy");
      ASSERT_TRUE(write_npy(tensor, path));
      const Tensor expected = dtype == DType::bfloat16 ? to_float32(tensor).value() : tensor;
      auto read = read_npy(path);
      ASSERT_TRUE(read) << read.error().message;
      EXPECT_EQ(read->dtype(), expected.dtype());
      EXPECT_EQ(read->shape(), shape);
      EXPECT_EQ(std::memcmp(read->data(), expected.data(), expected.bytes()), 0) << name_of(dtype);
      fs::remove(path);
    }
  }
}

TEST_F(NpyTest, DataBeginsAtAMultipleOf64) {
  for (int rank = 0; rank <= Shape::kMaxRank; ++rank) {
    Shape shape;
    for (int axis = 0; axis < rank; ++axis) shape.push_back(123456789 + axis);
    EXPECT_EQ(npy_preamble(DType::uint8, shape).size() % 64, 0u);
  }
}

struct Refusal {
  const char* literal;
  const char* message;
};

TEST_F(NpyTest, RefusesWithAReason) {
  const Refusal refusals[] = {
      {"{'descr': '>f4', 'fortran_order': False, 'shape': (1,)}", "big-endian"},
      {"{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", "Python objects"},
      {"{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", "not a plain type"},
      {"{'descr': '<c8', 'fortran_order': False, 'shape': (1,)}", "'<c8' is not known"},
      {"{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}", "neither True nor False"},
      {"{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}", "not a size"},
      {"{'descr': '<f4', 'fortran_order': False, 'shape': 4}", "not a tuple"},
      {"{'descr': '<f4', 'fortran_order': False, 'shape': (1,)", "expected ',' or '}'"},
      {"{'descr': '<f4', 'fortran_order': False, 'shape': (1", "not closed"},
      {"{'descr': '<f4', 'fortran_order': False, 'shape': (1 2)}", "not closed"},
      {"{'descr': '<f4', 'fortran_order': False}", "expected the keys"},
      {"{'descr': '<f4', 'descr': '<f4', 'shape': (1,)}", "there twice"},
      {"{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x", "text after"},
      {"{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1)}", "more than 8 dimensions"},
      {"{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", "cut off"},
      {"{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 9223372036854775807)}", "cut off"},
      {"{'descr': '<f4', 'fortran_order': False, 'shape': (0,)}", "4 bytes after"},
      {"{'descr': '|b1', 'fortran_order': False, 'shape': (4,)}", "neither 0 nor 1"},
      {"nonsense", "not a dict"},
      {"", "not a dict"},
  };
  for (const Refusal& refusal : refusals) {
    auto tensor = read_npy(bytes_of(npy(refusal.literal, "\x02\x03\x04\x05")));
    ASSERT_FALSE(tensor) << refusal.literal;
    EXPECT_THAT(tensor.error().message, HasSubstr(refusal.message)) << refusal.literal;
  }
}

TEST_F(NpyTest, RefusesEveryTruncation) {
  const std::string whole = npy_preamble(DType::float32, {2, 2}) + raw<float>({1, 2, 3, 4});
  ASSERT_TRUE(read_npy(bytes_of(whole)));
  for (std::size_t length = 0; length < whole.size(); ++length)
    EXPECT_FALSE(read_npy(bytes_of(whole.substr(0, length)))) << length;
}

TEST_F(NpyTest, SurvivesFlippedBytes) {
  const std::string whole = npy_preamble(DType::float32, {2, 2}) + raw<float>({1, 2, 3, 4});
  std::mt19937 random(11);
  for (int round = 0; round < 20000; ++round) {
    std::string text = whole;
    for (unsigned flips = 1 + random() % 3; flips > 0; --flips)
      text[random() % text.size()] = static_cast<char>(random());
    const auto tensor = read_npy(bytes_of(text));
    if (tensor) {
      EXPECT_LE(tensor->bytes(), whole.size());
    }
  }
}

TEST_F(NpyTest, ErrorsNameTheFile) {
  const fs::path path = file("wrong.npy");
  ASSERT_TRUE(write_file(path, std::string_view("PK\x03\x04 not an array")));
  auto tensor = read_npy(path);
  ASSERT_FALSE(tensor);
  EXPECT_THAT(tensor.error().message, HasSubstr(path.string() + ": is not a .npy file"));
  fs::remove(path);
  EXPECT_EQ(read_npy(path).error().code, ErrorCode::io);
}

TEST_F(NpyTest, LeavesNothingHalfWritten) {
  const fs::path path = fs::path(::testing::TempDir()) / "no such folder" / "x.npy";
  EXPECT_FALSE(write_npy(Tensor::scalar(1.0f), path));
  EXPECT_FALSE(fs::exists(path));
  EXPECT_EQ(write_npy(Tensor{}, file("undefined.npy")).error().code, ErrorCode::internal);
}

}  // namespace
}  // namespace diolkos::formats
