#include "formats/pytorch/unpickler.h"

#include <bit>
#include <random>
#include <span>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/pytorch/test_checkpoint.h"

namespace diolkos::formats::pytorch {
namespace {

using namespace testing;  // NOLINT: the opcode spellings
using ::testing::HasSubstr;

struct Loaded {
  std::string source;
  std::unique_ptr<Heap> heap;
  Value root;
};

Result<Loaded> load(std::string code) {
  Loaded loaded{std::move(code), nullptr, {}};
  // The heap borrows the bytes: they must not move with the string.
  static std::vector<std::unique_ptr<std::string>> kept;
  kept.push_back(std::make_unique<std::string>(loaded.source));
  loaded.heap = std::make_unique<Heap>(std::as_bytes(std::span(kept.back()->data(), kept.back()->size())));
  TRY_ASSIGN(const Unpickled unpickled, unpickle(*loaded.heap));
  loaded.root = unpickled.root;
  return loaded;
}

std::string refusal(const std::string& code) {
  auto loaded = load(pickle(code));
  return loaded ? "no error" : loaded.error().message;
}

TEST(UnpicklerTest, ReadsNumbers) {
  const std::pair<std::string, std::int64_t> cases[] = {
      {"K\xff", 255},
      {std::string("M\x00\x80", 3), 32768},
      {std::string("J") + raw<std::int32_t>(-5), -5},
      {std::string("\x8a\x00", 2), 0},
      {"\x8a\x01\x80", -128},
      {std::string("\x8a\x02\x80\x00", 4), 128},
      {std::string("\x8a\x08") + raw<std::int64_t>(INT64_MIN), INT64_MIN},
      {std::string("\x8b\x03\x00\x00\x00\xff\xff\x7f", 8), 0x7fffff},
  };
  for (const auto& [code, expected] : cases) {
    auto loaded = load(pickle(code));
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_EQ(loaded->root.kind, Kind::integer);
    EXPECT_EQ(loaded->root.payload, expected);
  }
  auto real = load(pickle(std::string("G\x3f\xf8\x00\x00\x00\x00\x00\x00", 9)));
  ASSERT_TRUE(real);
  EXPECT_EQ(std::bit_cast<double>(real->root.payload), 1.5);
  auto huge = load(pickle(std::string("\x8a\x0a") + std::string(10, '\x7f')));
  ASSERT_TRUE(huge);
  EXPECT_EQ(huge->root.kind, Kind::bytes);
}

TEST(UnpicklerTest, ReadsTextsOfEveryLengthField) {
  for (const std::string& code :
       {text("abc"), std::string("\x8c\x03") + "abc", std::string("\x8d") + raw<std::uint64_t>(3) + "abc",
        std::string("U\x03") + "abc", std::string("T") + raw<std::uint32_t>(3) + "abc"}) {
    auto loaded = load(pickle(code));
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_TRUE(loaded->heap->is_text(loaded->root, "abc"));
  }
}

TEST(UnpicklerTest, BuildsContainers) {
  auto loaded = load(pickle("(K\1K\2l](K\3K\4eK\5a\x86"));
  ASSERT_TRUE(loaded) << loaded.error().message;
  ASSERT_EQ(loaded->root.kind, Kind::tuple);
  const auto items = loaded->heap->items(loaded->root);
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(loaded->heap->items(items[0]).size(), 2u);
  EXPECT_EQ(loaded->heap->items(items[1]).size(), 3u);
}

TEST(UnpicklerTest, RemembersAndRecalls) {
  auto loaded = load(pickle(text("key") + "\x94" + "K\7q\1h\1" + std::string("h\0", 2) + "\x87"));
  ASSERT_TRUE(loaded) << loaded.error().message;
  const auto items = loaded->heap->items(loaded->root);
  EXPECT_EQ(items[1].payload, 7);
  EXPECT_TRUE(loaded->heap->is_text(items[2], "key"));
}

TEST(UnpicklerTest, CyclesAreValuesLikeOthers) {
  auto loaded = load(pickle(std::string("]q\0h\0a", 6)));  // l = []; l.append(l)
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->heap->items(loaded->root)[0].payload, loaded->root.payload);
}

TEST(UnpicklerTest, DeepNestingTakesNoRecursion) {
  std::string code;
  for (int i = 0; i < 200000; ++i) code += ']';
  for (int i = 0; i < 199999; ++i) code += 'a';
  auto loaded = load(pickle(code));
  ASSERT_TRUE(loaded) << loaded.error().message;
}

TEST(UnpicklerTest, RefusesCodeByName) {
  const std::string refused = "refuses to load global 'os.system': it would execute code";
  EXPECT_THAT(refusal(call(global("os", "system"), {text("true")})), HasSubstr(refused));
  EXPECT_THAT(refusal(text("os") + text("system") + "\x93"), HasSubstr(refused));               // STACK_GLOBAL
  EXPECT_THAT(refusal(std::string("(") + text("true") + "ios\nsystem\n"), HasSubstr(refused));  // INST
  EXPECT_THAT(refusal(global("builtins", "eval")), HasSubstr("'builtins.eval'"));
  EXPECT_THAT(refusal(global("torch._utils", "_rebuild_qtensor")), HasSubstr("quantized"));
  EXPECT_THAT(refusal(global("torch", "ComplexFloatStorage")), HasSubstr("complex"));
}

TEST(UnpicklerTest, PassesOverATrainingScriptsArguments) {
  const std::string arguments = global("argparse", "Namespace") + ")\x81" + dict({{"lr", number(1)}}) + "b";
  auto loaded = load(pickle(arguments));
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->root.kind, Kind::opaque);
}

TEST(UnpicklerTest, NamesOfGlobalsCannotTamperWithTheTerminal) {
  const std::string message = refusal(global("os\x1b[2J", std::string(400, 'x')));
  EXPECT_THAT(message, HasSubstr("os\\x1b[2J"));
  EXPECT_LT(message.size(), 400u);
}

TEST(UnpicklerTest, CallsOnlyWhatItKnows) {
  EXPECT_THAT(refusal(text("f") + ")R"), HasSubstr("not a function"));
  EXPECT_THAT(refusal(call(global("torch", "FloatStorage"), {})), HasSubstr("'torch.FloatStorage', which is not"));
  EXPECT_THAT(refusal(global("torch", "Size") + "K\1R"), HasSubstr("tuple of arguments"));
  EXPECT_THAT(refusal(call(global("collections", "OrderedDict"), {number(1)})), HasSubstr("list of pairs"));
  EXPECT_THAT(refusal("K\1}b"), HasSubstr("sets the state"));
  EXPECT_THAT(refusal(call(global("torch._utils", "_rebuild_tensor_v2"), {number(1)})), HasSubstr("rebuilt from"));
}

TEST(UnpicklerTest, RefusesMisuseOfTheStack) {
  const std::pair<std::string, const char*> cases[] = {
      {"", "empty stack"},
      {"0", "empty stack"},
      {"2", "empty stack"},
      {"a", "empty stack"},
      {"s", "empty stack"},
      {"K\1s", "empty stack"},
      {"t", "mark that is not there"},
      {"K\1\x86", "empty stack"},
      {"K\1(K\2\x86", "empty stack"},  // a mark is a floor
      {"](a", "empty stack"},
      {"K\1K\2a", "not a container"},
      {"](K\1u", "not a container"},
      {"}(K\1u", "key without a value"},
      {"(K\1d", "key without a value"},
      {"h\7", "has not remembered"},
      {std::string("K\1r") + raw<std::uint32_t>(0xffffffff), "remembers a value as number"},
      {std::string("j") + raw<std::uint32_t>(0xffffffff), "has not remembered"},
      {"\x80\x06", "protocol 6"},
      {std::string("\x95") + raw<std::uint64_t>(1 << 20), "cut off"},
      {std::string("X") + raw<std::uint32_t>(0xffffffff), "cut off"},
      {std::string("\x8d") + raw<std::uint64_t>(~std::uint64_t{0}), "cut off"},
      {"\x82\x01", "instruction 0x82"},  // EXT1
      {"I1\n", "instruction 0x49"},      // protocol 0
      {"K\1Q", "persistent id"},
      {tuple({text("storage")}) + "Q", "persistent id"},
      {"c" + std::string(4096, 'x'), "global's name"},
      {"K\1K\1\x93", "not a text"},
  };
  for (const auto& [code, message] : cases) EXPECT_THAT(refusal(code), HasSubstr(message)) << code;
}

TEST(UnpicklerTest, BoundsWhatItBuilds) {
  EXPECT_THAT(refusal(std::string(Heap::kMaxObjects + 1, ']')), HasSubstr("objects"));
  EXPECT_THAT(refusal("N" + std::string(std::size_t{5} << 20, '2')), HasSubstr("on its stack"));
  EXPECT_THAT(refusal(std::string(1 << 17, '(')), HasSubstr("nests deeper"));
  // A list that doubles itself by reference stays as small as its pickle.
  std::string laughs = "]q\1";
  for (int i = 0; i < 64; ++i) laughs += "]h\1ah\1aq\1";
  EXPECT_TRUE(load(pickle(laughs)));
}

std::string varied() {
  return pickle(ordered_dict({{"w", tensor(storage("FloatStorage", "0", 6), 0, {2, 3}, {3, 1})},
                              {"n", number(1LL << 40)},
                              {"t", tuple({"N", "\x88", text("x")})}}));
}

TEST(UnpicklerTest, RefusesEveryTruncation) {
  const std::string whole = varied();
  ASSERT_TRUE(load(whole));
  for (std::size_t length = 0; length < whole.size(); ++length) EXPECT_FALSE(load(whole.substr(0, length))) << length;
}

TEST(UnpicklerTest, SurvivesFlippedBytes) {
  const std::string whole = varied();
  std::mt19937 random(3);
  for (int round = 0; round < 20000; ++round) {
    std::string code = whole;
    for (unsigned flips = 1 + random() % 4; flips > 0; --flips)
      code[random() % code.size()] = static_cast<char>(random());
    Heap heap(std::as_bytes(std::span(code.data(), code.size())));
    const auto unpickled = unpickle(heap);
    if (!unpickled) {
      EXPECT_EQ(unpickled.error().message.find('\n'), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace diolkos::formats::pytorch
