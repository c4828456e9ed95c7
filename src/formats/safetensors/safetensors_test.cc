#include "formats/safetensors/safetensors.h"

#include <cstring>
#include <filesystem>
#include <random>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/output_file.h"

namespace diolkos::formats {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string safetensors(const std::string& header, const std::string& data) {
  const std::uint64_t length = header.size();
  std::string text(sizeof(length), '\0');
  std::memcpy(text.data(), &length, sizeof(length));
  return text + header + data;
}

// Bytes at an address that is `shift` past a multiple of 64, ending where the allocation ends.
Result<StateDict> read(const std::string& text, std::size_t shift = 0) {
  std::shared_ptr<std::byte> memory(
      static_cast<std::byte*>(std::aligned_alloc(64, (text.size() + shift + 64) / 64 * 64)), std::free);
  std::memcpy(memory.get() + shift, text.data(), text.size());
  return read_safetensors(std::shared_ptr<const std::byte>(memory, memory.get() + shift), text.size());
}

template <class T>
std::string raw(std::initializer_list<T> values) {
  std::string text(values.size() * sizeof(T), '\0');
  std::memcpy(text.data(), std::data(values), text.size());
  return text;
}

const std::string kTwo =
    safetensors(R"({"__metadata__":{"format":"pt"},"b":{"dtype":"F32","shape":[2,1],"data_offsets":[8,16]},)"
                R"("a.weight":{"dtype":"I64","shape":[],"data_offsets":[0,8]}})",
                raw<std::int64_t>({-5}) + raw<float>({1.5f, 2.5f}));

TEST(SafetensorsTest, ReadsTensorsInTheHeadersOrder) {
  for (std::size_t shift : {0u, 1u, 4u}) {
    auto weights = read(kTwo, shift);
    ASSERT_TRUE(weights) << weights.error().message;
    ASSERT_EQ(weights->tensors.size(), 2u);
    EXPECT_EQ(weights->tensors[0].name, "b");
    EXPECT_EQ(weights->tensors[0].tensor.shape(), (Shape{2, 1}));
    EXPECT_THAT(weights->find("b")->as<float>(), ElementsAre(1.5f, 2.5f));
    EXPECT_THAT(weights->find("a.weight")->as<std::int64_t>(), ElementsAre(-5));
    EXPECT_EQ(weights->find("a.weight")->shape().rank(), 0);
  }
}

TEST(SafetensorsTest, TensorsOutliveTheReader) {
  const fs::path path = fs::path(::testing::TempDir()) / "diolkos_two.safetensors";
  ASSERT_TRUE(write_file(path, kTwo));
  auto weights = read_safetensors(path);
  ASSERT_TRUE(weights) << weights.error().message;
  fs::remove(path);
  EXPECT_THAT(weights->find("b")->as<float>(), ElementsAre(1.5f, 2.5f));
  auto missing = read_safetensors(path);
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, HasSubstr(path.string()));
}

TEST(SafetensorsTest, KnowsEveryType) {
  const std::pair<const char*, DType> types[] = {
      {"F64", DType::float64}, {"F32", DType::float32}, {"F16", DType::float16}, {"BF16", DType::bfloat16},
      {"I64", DType::int64},   {"I32", DType::int32},   {"I16", DType::int16},   {"I8", DType::int8},
      {"U64", DType::uint64},  {"U32", DType::uint32},  {"U16", DType::uint16},  {"U8", DType::uint8},
      {"BOOL", DType::boolean}};
  for (const auto& [name, dtype] : types) {
    const std::size_t size = 3 * size_of(dtype);
    auto weights = read(safetensors("{\"x\":{\"dtype\":\"" + std::string(name) +
                                        "\",\"shape\":[3],\"data_offsets\":[0," + std::to_string(size) + "]}}",
                                    std::string(size, '\1')));
    ASSERT_TRUE(weights) << weights.error().message;
    EXPECT_EQ(weights->tensors[0].tensor.dtype(), dtype);
  }
}

struct Refusal {
  const char* header;
  const char* message;
};

TEST(SafetensorsTest, RefusesWithAReason) {
  const Refusal refusals[] = {
      {R"({"x":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})", "do not take the bytes 0 to 8"},
      {R"({"x":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}})", "do not take the bytes"},
      {R"({"x":{"dtype":"F32","shape":[2],"data_offsets":[0,9]}})", "do not take the bytes"},
      {R"({"x":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}})", "is cut off: tensor 'x'"},
      {R"({"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", "4 bytes of data that no tensor covers"},
      {R"({"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", "expected 0"},
      {R"({"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"y":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})",
       "tensor 'y' begins at byte 4"},
      {R"({"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})",
       "two tensors named 'x'"},
      {R"({"x":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}})", "type 'F8_E4M3' is not known"},
      {R"({"x":{"dtype":"BOOL","shape":[8],"data_offsets":[0,8]}})", "neither 0 nor 1"},
      {R"({"x":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})", "a negative number"},
      {R"({"x":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}})", "a fraction"},
      {R"({"x":{"dtype":"F32","shape":[18446744073709551615],"data_offsets":[0,8]}})", "a number"},
      {R"({"x":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}})", "do not take"},
      {R"({"x":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,2],"data_offsets":[0,8]}})", "more than 8 dimensions"},
      {R"({"x":{"dtype":"F32","shape":2,"data_offsets":[0,8]}})", "a number"},
      {R"({"x":{"dtype":"F32","shape":[[2]],"data_offsets":[0,8]}})", "a list"},
      {R"({"x":{"dtype":"F32","data_offsets":[0,8]}})", "expected dtype, shape and data_offsets"},
      {R"({"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4,8]}})", "a third offset"},
      {R"({"x":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}})", "unexpectedly or twice"},
      {R"({"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"more":1}})", "the key 'more'"},
      {R"({"x":{"dtype":{"a":{}},"shape":[2],"data_offsets":[0,8]}})", "an object"},
      {R"({"x":3})", "a number"},
      {R"({"__metadata__":{"a":1}})", "a number"},
      {R"({"a\nb":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", "named 'a\\x0ab'"},
      {R"([])", "a list"},
      {R"({"x":)", "not valid JSON"},
      {"", "not valid JSON"},
      {"{} {}", "not valid JSON"},
  };
  for (const Refusal& refusal : refusals) {
    auto weights = read(safetensors(refusal.header, std::string(8, '\7')));
    ASSERT_FALSE(weights) << refusal.header;
    EXPECT_THAT(weights.error().message, HasSubstr(refusal.message)) << refusal.header;
    EXPECT_EQ(weights.error().message.find('\n'), std::string::npos);
  }
}

TEST(SafetensorsTest, RefusesAbsurdHeaders) {
  EXPECT_FALSE(read(""));
  EXPECT_FALSE(read("version https://git-lfs.github.com/spec/v1"));
  EXPECT_FALSE(read(std::string(8, '\xff')));
  EXPECT_FALSE(read(safetensors(std::string(1 << 20, '['), "")));
  EXPECT_FALSE(read(safetensors(R"({"x":)" + std::string(1 << 20, '{'), "")));
}

TEST(SafetensorsTest, RefusesEveryTruncation) {
  ASSERT_TRUE(read(kTwo));
  for (std::size_t length = 0; length < kTwo.size(); ++length) EXPECT_FALSE(read(kTwo.substr(0, length))) << length;
}

TEST(SafetensorsTest, SurvivesFlippedBytes) {
  std::mt19937 random(5);
  for (int round = 0; round < 20000; ++round) {
    std::string text = kTwo;
    for (unsigned flips = 1 + random() % 3; flips > 0; --flips)
      text[random() % text.size()] = static_cast<char>(random());
    const auto weights = read(text);
    if (!weights) {
      EXPECT_EQ(weights.error().message.find('\n'), std::string::npos) << weights.error().message;
    }
  }
}

}  // namespace
}  // namespace diolkos::formats
