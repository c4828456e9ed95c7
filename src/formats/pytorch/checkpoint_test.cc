#include "formats/pytorch/checkpoint.h"

#include <filesystem>
#include <random>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/half.h"
#include "base/output_file.h"
#include "formats/pytorch/test_checkpoint.h"

namespace diolkos::formats::pytorch {
namespace {

namespace fs = std::filesystem;
using namespace testing;  // NOLINT: the pickle spellings
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string kSix = raw_all<float>({0, 1, 2, 3, 4, 5});

std::string six(std::int64_t offset, const std::vector<std::int64_t>& sizes, const std::vector<std::int64_t>& strides) {
  return tensor(storage("FloatStorage", "0", 6), offset, sizes, strides);
}

std::string refusal(const std::string& bytes) {
  auto weights = read(bytes);
  return weights ? "no error" : weights.error().message;
}

std::string refusal_of_root(const std::string& root) { return refusal(zip_checkpoint(root, {{"0", kSix}})); }

std::vector<std::string> names(const StateDict& weights) {
  std::vector<std::string> names;
  for (const NamedTensor& entry : weights.tensors) names.push_back(entry.name);
  return names;
}

// What both formats must give alike.
class BothFormats : public ::testing::TestWithParam<bool> {
 protected:
  static Result<StateDict> read_root(const std::string& root) {
    if (GetParam()) return read(zip_checkpoint(root, {{"0", kSix}}));
    if (root.find("FloatStorage") == std::string::npos) return read(legacy_checkpoint(root, {}));
    return read(legacy_checkpoint(root, {{"0", {6, kSix}}}));
  }
};
INSTANTIATE_TEST_SUITE_P(CheckpointTest, BothFormats, ::testing::Bool(),
                         [](const auto& which) { return which.param ? "Zip" : "Legacy"; });

TEST_P(BothFormats, ReadViewsOfOneStorage) {
  auto weights = read_root(ordered_dict({{"whole", six(0, {2, 3}, {3, 1})},
                                         {"tail", six(4, {2}, {1})},
                                         {"transposed", six(0, {3, 2}, {1, 3})},
                                         {"column", six(1, {2, 1}, {3, 1})},
                                         {"repeated", six(5, {2, 2}, {0, 0})},
                                         {"scalar", six(3, {}, {})},
                                         {"empty", six(6, {0, 4}, {4, 1})}}));
  ASSERT_TRUE(weights) << weights.error().message;
  EXPECT_THAT(names(*weights), ElementsAre("whole", "tail", "transposed", "column", "repeated", "scalar", "empty"));
  EXPECT_THAT(weights->find("whole")->as<float>(), ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(weights->find("tail")->as<float>(), ElementsAre(4, 5));
  EXPECT_THAT(weights->find("transposed")->as<float>(), ElementsAre(0, 3, 1, 4, 2, 5));
  EXPECT_EQ(weights->find("transposed")->shape(), (Shape{3, 2}));
  EXPECT_THAT(weights->find("column")->as<float>(), ElementsAre(1, 4));
  EXPECT_THAT(weights->find("repeated")->as<float>(), ElementsAre(5, 5, 5, 5));
  EXPECT_THAT(weights->find("scalar")->as<float>(), ElementsAre(3));
  EXPECT_EQ(weights->find("empty")->shape(), (Shape{0, 4}));
}

TEST_P(BothFormats, LeaveOutWhatIsNoTensor) {
  auto weights = read_root(dict({{"w", six(0, {6}, {1})},
                                 {"version", number(2)},
                                 {"note", text("x")},
                                 {"none", "N"},
                                 {"sizes", call(global("torch", "Size"), {numbers({1, 2})})},
                                 {"device", call(global("torch", "device"), {text("cpu")})},
                                 {"inner", dict({{"deep", six(0, {1}, {1})}})}}));
  ASSERT_TRUE(weights) << weights.error().message;
  EXPECT_THAT(names(*weights), ElementsAre("w"));
}

TEST_P(BothFormats, FindNestedStateDicts) {
  const std::string inner = dict({{"w", six(0, {6}, {1})}});
  for (const char* key : {"state_dict", "model", "model_state_dict", "net", "module", "ema"}) {
    auto weights = read_root(dict({{"epoch", number(3)}, {"best", six(5, {}, {})}, {key, inner}}));
    ASSERT_TRUE(weights) << key << ": " << weights.error().message;
    EXPECT_THAT(names(*weights), ElementsAre("w"));
  }
  auto deep = read_root(dict({{"model", dict({{"state_dict", inner}})}, {"optimizer", dict({{"state", "}"}})}}));
  ASSERT_TRUE(deep) << deep.error().message;
  EXPECT_THAT(names(*deep), ElementsAre("w"));
}

TEST_P(BothFormats, TakeOffDataParallelsPrefix) {
  auto wrapped = read_root(dict({{"module.a.w", six(0, {1}, {1})}, {"module.b", six(1, {1}, {1})}}));
  ASSERT_TRUE(wrapped);
  EXPECT_THAT(names(*wrapped), ElementsAre("a.w", "b"));
  auto partly = read_root(dict({{"module.a.w", six(0, {1}, {1})}, {"b", six(1, {1}, {1})}}));
  ASSERT_TRUE(partly);
  EXPECT_THAT(names(*partly), ElementsAre("module.a.w", "b"));
}

TEST_P(BothFormats, RefuseViewsBeyondTheStorage) {
  for (const std::string& beyond :
       {six(0, {7}, {1}), six(6, {1}, {1}), six(1, {2, 3}, {3, 1}), six(0, {2}, {6}), six(7, {}, {}),
        six(INT64_MAX, {1}, {1}), six(0, {2}, {INT64_MAX}), six(0, {1LL << 40, 1LL << 40}, {0, 0})}) {
    auto weights = read_root(dict({{"w", beyond}}));
    ASSERT_FALSE(weights);
    EXPECT_THAT(weights.error().message, HasSubstr("tensor 'w': "));
  }
}

TEST_P(BothFormats, RefuseToUnfoldAStorageWithoutEnd) {
  auto weights = read_root(dict({{"w", six(0, {1 << 20, 1 << 10}, {0, 0})}}));
  ASSERT_FALSE(weights);
  EXPECT_THAT(weights.error().message, HasSubstr("tensor 'w': its sizes 1048576x1024 repeat a small storage"));
}

TEST_P(BothFormats, RefuseWhatIsNoStateDict) {
  const std::pair<std::string, const char*> cases[] = {
      {six(0, {6}, {1}), "single tensor"},
      {"]", "no dict"},
      {"N", "no dict"},
      {dict({}), "its keys are: none"},
      {dict({{"a", number(1)}, {"b", "N"}}), "its keys are: 'a', 'b'"},
      {"}q\1(" + text("model") + "h\1u", "its keys are: 'model'"},  // model = the dict itself
      {dict({{"w", six(0, {1}, {1})}, {"w", six(1, {1}, {1})}}), "two tensors named 'w'"},
      {dict({{"a\nb", six(0, {1}, {1})}}), "named 'a\\x0ab'"},
      {dict({{"w", call(global("os", "system"), {text("true")})}}), "refuses to load global 'os.system'"},
      {dict({{"w", six(0, {1, 1}, {1})}}), "2 sizes but 1 strides"},
      {dict({{"w", six(0, {-1}, {1})}}), "sizes are not all whole numbers"},
      {dict({{"w", six(-1, {1}, {1})}}), "offset is not"},
      {dict({{"w", six(0, {1, 1, 1, 1, 1, 1, 1, 1, 1}, {1, 1, 1, 1, 1, 1, 1, 1, 1})}}), "9 dimensions"},
  };
  for (const auto& [root, message] : cases) {
    auto weights = read_root(root);
    ASSERT_FALSE(weights) << message;
    EXPECT_THAT(weights.error().message, HasSubstr(message));
    EXPECT_EQ(weights.error().message.find('\n'), std::string::npos);
  }
}

TEST_P(BothFormats, RefuseEveryTruncation) {
  const std::string root = dict({{"w", six(0, {2, 3}, {3, 1})}});
  const std::string whole =
      GetParam() ? zip_checkpoint(root, {{"0", kSix}}) : legacy_checkpoint(root, {{"0", {6, kSix}}});
  ASSERT_TRUE(read(whole));
  for (std::size_t length = 0; length < whole.size(); ++length) {
    auto weights = read(whole.substr(0, length));
    ASSERT_FALSE(weights) << length;
    EXPECT_FALSE(weights.error().message.empty());
  }
}

TEST_P(BothFormats, SurviveFlippedBytes) {
  const std::string root = ordered_dict({{"w", six(0, {2, 3}, {3, 1})}, {"t", six(0, {3, 2}, {1, 3})}});
  const std::string whole =
      GetParam() ? zip_checkpoint(root, {{"0", kSix}}) : legacy_checkpoint(root, {{"0", {6, kSix}}});
  std::mt19937 random(17);
  for (int round = 0; round < 10000; ++round) {
    std::string bytes = whole;
    for (unsigned flips = 1 + random() % 3; flips > 0; --flips)
      bytes[random() % bytes.size()] = static_cast<char>(random());
    const auto weights = read(bytes);
    if (!weights) {
      EXPECT_EQ(weights.error().message.find('\n'), std::string::npos) << weights.error().message;
    } else {
      for (const NamedTensor& entry : weights->tensors) EXPECT_TRUE(to_float32(entry.tensor));
    }
  }
}

TEST(CheckpointTest, KnowsEveryType) {
  const std::pair<const char*, DType> types[] = {{"FloatStorage", DType::float32}, {"DoubleStorage", DType::float64},
                                                 {"HalfStorage", DType::float16},  {"BFloat16Storage", DType::bfloat16},
                                                 {"LongStorage", DType::int64},    {"IntStorage", DType::int32},
                                                 {"ShortStorage", DType::int16},   {"CharStorage", DType::int8},
                                                 {"ByteStorage", DType::uint8},    {"BoolStorage", DType::boolean}};
  for (const auto& [name, dtype] : types) {
    const std::string bytes(3 * size_of(dtype), '\1');
    auto weights = read(zip_checkpoint(dict({{"w", tensor(storage(name, "0", 3), 0, {3}, {1})}}), {{"0", bytes}}));
    ASSERT_TRUE(weights) << weights.error().message;
    const Tensor& tensor = weights->tensors[0].tensor;
    EXPECT_EQ(tensor.dtype(), dtype);
    EXPECT_EQ(std::memcmp(tensor.data(), bytes.data(), bytes.size()), 0);
  }
}

TEST(CheckpointTest, KnowsTheTypesThatHaveNoStorageClass) {  // PyTorch 2.3's uint16, uint32, uint64
  const std::string untyped =
      tuple({text("storage"), global("torch.storage", "UntypedStorage"), text("0"), text("cpu"), number(6)}) + "Q";
  const std::string rebuilt =
      call(global("torch._utils", "_rebuild_tensor_v3"),
           {untyped, number(1), numbers({2}), numbers({1}), "\x89", ordered_dict({}), global("torch", "uint16")});
  auto weights = read(zip_checkpoint(dict({{"w", rebuilt}}), {{"0", raw_all<std::uint16_t>({7, 8, 65535})}}));
  ASSERT_TRUE(weights) << weights.error().message;
  EXPECT_THAT(weights->tensors[0].tensor.as<std::uint16_t>(), ElementsAre(8, 65535));
}

TEST(CheckpointTest, SharesStoragesAndOutlivesTheBytes) {
  auto weights = read(zip_checkpoint(dict({{"a", six(0, {6}, {1})}, {"b", six(2, {2}, {1})}}), {{"0", kSix}}));
  ASSERT_TRUE(weights);
  EXPECT_EQ(weights->find("b")->data(), weights->find("a")->data() + 2 * sizeof(float));
  weights->tensors.erase(weights->tensors.begin());
  EXPECT_THAT(weights->find("b")->as<float>(), ElementsAre(2, 3));
}

TEST(CheckpointTest, RefusesDamagedArchives) {
  const std::string root = pickle(dict({{"w", six(0, {6}, {1})}}));
  const std::pair<Entries, const char*> cases[] = {
      {{{"a/data.pkl", root}}, "tensor 'w': has no zip entry 'a/data/0'"},
      {{{"a/data.pkl", root}, {"a/data/0", "short"}}, "storage '0' has 5 bytes; expected 24"},
      {{{"a/data.pkl", root}, {"b/data.pkl", root}}, "has both 'a/data.pkl' and 'b/data.pkl'"},
      {{{"a/b/data.pkl", root}}, "zip archive without a data.pkl"},
      {{{"x.npy", "?"}}, "zip archive without a data.pkl"},
      {{{"a/data.pkl", root}, {"a/constants.pkl", "?"}}, "TorchScript"},
      {{{"a/data.pkl", root}, {"a/code/__torch__.py", "?"}}, "torch.save(torch.jit.load(file).state_dict()"},
      {{{"a/data.pkl", root}, {"a/byteorder", "big"}}, "big-endian"},
      {{{"a/data.pkl", root}, {"../../a/data/0", kSix}}, "leaves the archive's folder"},
  };
  for (const auto& [entries, message] : cases) EXPECT_THAT(refusal(zip(entries)), HasSubstr(message));
  EXPECT_TRUE(read(zip({{"a/data.pkl", root}, {"a/data/0", kSix}, {"a/byteorder", "little"}})));
  EXPECT_TRUE(read(zip({{"data.pkl", root}, {"data/0", kSix}}, true)));
}

TEST(CheckpointTest, RefusesDamagedLegacyFiles) {
  const std::string root = dict({{"w", six(0, {6}, {1})}});
  EXPECT_THAT(refusal(legacy_checkpoint(root, {})), HasSubstr("tensor 'w': storage '0' is not in the file"));
  EXPECT_THAT(refusal(legacy_checkpoint(root, {{"1", {6, kSix}}})), HasSubstr("a storage that no tensor uses"));
  EXPECT_THAT(refusal(legacy_checkpoint(root, {{"0", {5, kSix}}})), HasSubstr("storage '0' has 20 bytes; expected 24"));
  EXPECT_THAT(refusal(legacy_checkpoint(root, {{"0", {7, kSix}}})), HasSubstr("cut off in storage '0'"));
  EXPECT_THAT(refusal(legacy_checkpoint(root, {{"0", {-1, kSix}}})), HasSubstr("cut off in storage '0'"));
  EXPECT_THAT(refusal(legacy_checkpoint(root, {{"0", {6, kSix}}, {"0", {6, kSix}}})), HasSubstr("twice"));
  const std::string two_types = tensor(storage("DoubleStorage", "0", 3), 0, {3}, {1});
  EXPECT_THAT(refusal(legacy_checkpoint(dict({{"w", six(0, {6}, {1})}, {"v", two_types}}), {{"0", {6, kSix}}})),
              HasSubstr("of two types"));
}

TEST(CheckpointTest, SaysWhatOtherFilesAre) {
  EXPECT_THAT(refusal(""), HasSubstr("is empty"));
  EXPECT_THAT(refusal("<!DOCTYPE html>"), HasSubstr("is not a PyTorch checkpoint"));
  EXPECT_THAT(refusal("version https://git-lfs.github.com/spec/v1\n"), HasSubstr("git lfs pull"));
  EXPECT_THAT(refusal(std::string(257, '\0') + "ustar"), HasSubstr("tar format"));
  EXPECT_THAT(refusal(pickle(number(5))), HasSubstr("not one of torch.save"));
  EXPECT_THAT(refusal("PK\x03\x04"), HasSubstr("cut off or damaged"));
}

TEST(CheckpointTest, RefusesBoolsThatAreNone) {
  EXPECT_THAT(refusal(zip_checkpoint(dict({{"m", tensor(storage("BoolStorage", "0", 2), 0, {2}, {1})}}),
                                     {{"0", std::string("\1\2")}})),
              HasSubstr("tensor 'm': has a bool that is neither"));
}

TEST(CheckpointTest, BoundsThePickle) {
  EXPECT_THAT(refusal_of_root(std::string(std::size_t{65} << 20, 'N')), HasSubstr("has a data.pkl of"));
}

TEST(CheckpointTest, ErrorsNameTheFile) {
  const fs::path path = fs::path(::testing::TempDir()) / "diolkos_evil.pth";
  ASSERT_TRUE(write_file(path, zip_checkpoint(dict({{"w", call(global("posix", "system"), {text("id")})}}), {})));
  auto weights = read_checkpoint(path);
  fs::remove(path);
  ASSERT_FALSE(weights);
  EXPECT_EQ(weights.error().message,
            path.string() +
                ": refuses to load global 'posix.system': it would execute code; expected a plain state "
                "dict (torch.save(model.state_dict(), ...))");
  EXPECT_EQ(read_checkpoint(path).error().code, ErrorCode::io);
}

}  // namespace
}  // namespace diolkos::formats::pytorch
