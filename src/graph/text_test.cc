#include "graph/text.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include <gmock/gmock.h>

#include "base/half.h"
#include "graph/test_graph.h"

namespace diolkos::graph {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string error_of(std::string_view text) {
  auto graph = parse_text(text);
  return graph ? "no error" : graph.error().message;
}

constexpr std::string_view kExample = R"(graph "net" {
  meta "diolkos.normalize" = "imagenet"
  input %x: float32[1,3,8,8]
  const %w: float32[4,3,1,1] = splat(0.5)
  const %odd name: ...)";

TEST(Text, WritesWhatPeopleRead) {
  Graph graph;
  graph.name = "net \"2\"";
  graph.metadata["key"] = "line\nbreak";
  const ValueId x = graph.add_input("input.1", {DType::float32, Shape{1, -1}, {}});
  const ValueId w = graph.add_constant("onnx::w 1", Tensor::of<std::int8_t>(Shape{3}, {1, -2, 3}));
  graph.value(w).type.quantization = Quantization{{0.5f, 0.25f, 1e-7f}, {0, 1, -2}, 0};
  const ValueId y =
      graph.add(Op::Clip, "cap", {x, kNoValue, w}, {{"alpha", 1.0f}, {"axes", std::vector<std::int64_t>{1, -2}}});
  graph.add_output(y);
  EXPECT_EQ(to_text(graph), R"(graph "net \"2\"" {
  meta "key" = "line\nbreak"
  input %input.1: float32[1,?]
  const %"onnx::w 1": int8[3] quant([0.5, 0.25, 1e-07], [0, 1, -2], axis=0) = [1, -2, 3]
  %cap = Clip(%input.1, _, %"onnx::w 1") {alpha=1.0, axes=[1,-2]} "cap"
  output %cap
}
)");
}

TEST(Text, ElidesLongConstantsForPeople) {
  const Graph graph = parsed("const %w: float32[20] = seeded(1)\n const %s: float32[2] = [1, 2]");
  const std::string text = to_text(graph, {.elide_constants = true});
  EXPECT_THAT(text, HasSubstr("%w: float32[20] = ..."));
  EXPECT_THAT(text, HasSubstr("%s: float32[2] = [1, 2]"));
  EXPECT_THAT(error_of(text), HasSubstr("expected the elements"));
}

TEST(Text, ReadsCommentsAndAnyBlanks) {
  const auto graph = parse_text("graph\"n\"{input%x:float32[]#scalar\r\n%y=Relu(%x)output%y}# end");
  ASSERT_TRUE(graph.has_value()) << graph.error().message;
  EXPECT_EQ(graph->node_count(), 1u);
}

TEST(Text, TellsFloatsFromIntegers) {
  const Graph graph = parsed(
      "%y = Constant() {a=1, b=1.0, c=1e3, d=inf, e=-nan, f=[1,2], g=[1.0,2], h=floats[], i=[], j=\"1\", "
      "k=tensor(float16[2], splat(0.1)), l=-9223372036854775808}");
  const Attributes& attributes = graph.node(0).attributes;
  EXPECT_EQ(std::get<std::int64_t>(*attributes.find("a")), 1);
  EXPECT_EQ(std::get<float>(*attributes.find("b")), 1.0f);
  EXPECT_EQ(std::get<float>(*attributes.find("c")), 1000.0f);
  EXPECT_TRUE(std::isinf(std::get<float>(*attributes.find("d"))));
  EXPECT_TRUE(std::isnan(std::get<float>(*attributes.find("e"))));
  EXPECT_EQ(std::get<std::vector<std::int64_t>>(*attributes.find("f")).size(), 2u);
  EXPECT_EQ(std::get<std::vector<float>>(*attributes.find("g")).size(), 2u);
  EXPECT_TRUE(std::get<std::vector<float>>(*attributes.find("h")).empty());
  EXPECT_TRUE(std::get<std::vector<std::int64_t>>(*attributes.find("i")).empty());
  EXPECT_EQ(std::get<std::string>(*attributes.find("j")), "1");
  EXPECT_EQ(std::get<Tensor>(*attributes.find("k")).as_half_bits()[1], float_to_half(0.1f));
  EXPECT_EQ(attributes.int_or("l", 0), std::numeric_limits<std::int64_t>::min());
}

TEST(Text, SeededConstantsAreTheSameEverywhere) {
  const Graph graph =
      parsed("const %a: float32[3] = seeded(7)\n const %b: float32[1000] = seeded(7)\n const %c: int8[4] = seeded(7)");
  const auto a = graph.value(0).constant->as<float>();
  EXPECT_EQ(a[0], -0.22034060955047607f) << "SplitMix64's first number from 7";
  const auto b = graph.value(1).constant->as<float>();
  EXPECT_EQ(a[2], b[2]);
  float sum = 0;
  for (float value : b) {
    EXPECT_GE(value, -1.0f);
    EXPECT_LT(value, 1.0f);
    sum += value;
  }
  EXPECT_LT(std::fabs(sum / 1000), 0.1f);
}

TEST(Text, OutputsMayBearAnyNamesInAnyOrder) {
  const Graph graph = parsed("input %x: float32[4]\n %\"n.1\", %n, %\"\\x01\" = Split(%x) \"n\"");
  EXPECT_EQ(graph.value(graph.node(0).outputs[0]).name, "n.1");
  EXPECT_EQ(graph.value(graph.node(0).outputs[1]).name, "n");
  EXPECT_EQ(graph.value(graph.node(0).outputs[2]).name, "\x01");
}

TEST(Text, FoldedOutputsOfANodeAreLeftOut) {
  Graph graph = parsed("input %x: float32[2]\n %a, %b = Split(%x)\n output %a\n output %b");
  graph.make_constant(graph.find_value("a"), Tensor::of<float>(Shape{1}, {1}));
  const std::string text = to_text(graph);
  EXPECT_THAT(text, HasSubstr("_, %b = Split(%x)"));
  EXPECT_TRUE(parse_text(text).has_value());
}

TEST(Text, ErrorsSayWhere) {
  EXPECT_THAT(error_of(""), StartsWith("1:1: expected 'graph'"));
  EXPECT_THAT(error_of("graph \"a\" {\n  input %x: float33[1]\n}"),
              StartsWith("2:20: there is no element type 'float33'"));
  EXPECT_THAT(error_of("graph \"a\" {\n  %y = Relv(%x)\n}"), HasSubstr("no operator 'Relv'; did you mean 'Relu'?"));
  EXPECT_THAT(error_of("graph \"a\" { %y = Relu(%x) }"), HasSubstr("'x' is not defined before its use"));
  EXPECT_THAT(error_of("graph \"a\" { input %x input %x }"), HasSubstr("'x' is defined twice"));
  EXPECT_THAT(error_of("graph \"a\" { input %x %y, %y = Split(%x) }"), HasSubstr("'y' is defined twice"));
  EXPECT_THAT(error_of("graph \"a\" { input %x: float32[1,2,3,4,5,6,7,8,9] }"), HasSubstr("more than 8 dimensions"));
  EXPECT_THAT(error_of("graph \"a\" { input %x: float32[-1] }"), HasSubstr("a dimension of -1"));
  EXPECT_THAT(error_of("graph \"a\" { const %x: float32[2] = [1] }"), HasSubstr("1 elements, expected those of 2"));
  EXPECT_THAT(error_of("graph \"a\" { const %x: int8[1] = [128] }"),
              HasSubstr("'128' is not a int8 or out of its range"));
  EXPECT_THAT(error_of("graph \"a\" { const %x: float32[1000000,1000000] = seeded(1) }"), HasSubstr("over the limit"));
  EXPECT_THAT(error_of("graph \"a\" { const %x: float32[9999999999,9999999999] = [] }"), HasSubstr("0 elements"));
  EXPECT_THAT(error_of("graph \"a\" { const %x = [1] }"), HasSubstr("expected the constant's type"));
  EXPECT_THAT(error_of("graph \"a\" { %y = Relu() {a=1, a=2} }"), HasSubstr("'a' is given twice"));
  EXPECT_THAT(error_of("graph \"a\" { input %x } }"), HasSubstr("expected the end of the text"));
  EXPECT_THAT(error_of("graph \"a"), HasSubstr("do not end on their line"));
  EXPECT_THAT(error_of("graph \"\\q\" {}"), HasSubstr("expected one of"));
  EXPECT_THAT(error_of(kExample), HasSubstr("expected the constant's type"));
}

TEST(Text, GeneratedConstantsShareABudget) {
  std::string text = "graph \"a\" {";
  for (int i = 0; i < 2; ++i) text += "const %c" + std::to_string(i) + ": float64[20000000] = splat(1)\n";
  EXPECT_THAT(error_of(text + "}"), HasSubstr("over the limit"));
}

class RandomGraphs {
 public:
  explicit RandomGraphs(unsigned seed) : random_(seed) {}

  Graph next() {
    Graph graph;
    graph.name = text();
    for (int i = draw(0, 2); i > 0; --i) graph.metadata[text()] = text();
    std::vector<ValueId> values;
    for (int i = draw(1, 3); i > 0; --i) values.push_back(graph.add_input(text(), type()));
    for (int i = draw(0, 3); i > 0; --i) values.push_back(constant(graph));
    for (int i = draw(0, 8); i > 0; --i) {
      std::vector<ValueId> inputs;
      for (int k = draw(0, 4); k > 0; --k)
        inputs.push_back(draw(0, 5) == 0
                             ? kNoValue
                             : values[static_cast<std::size_t>(draw(0, static_cast<int>(values.size()) - 1))]);
      const NodeId id =
          graph.add_node(static_cast<Op>(draw(0, op_count() - 1)), text(), inputs, attributes(), draw(1, 3));
      for (ValueId output : graph.node(id).outputs) {
        if (draw(0, 1)) graph.value(output).type = type();
        values.push_back(output);
      }
    }
    for (int i = draw(0, 3); i > 0; --i) graph.add_output(values.back());
    return graph;
  }

 private:
  int draw(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }

  std::string text() {
    static constexpr std::string_view kPieces[] = {"a",  "layer1.0", "/x", "\"", "\\", "\n", " ",
                                                   "\t", "\x7f",     "ü",  "%",  "#",  "{",  "0"};
    std::string result;
    for (int i = draw(0, 4); i > 0; --i) result += kPieces[draw(0, 13)];
    return result;
  }

  Shape shape(bool open) {
    Shape result;
    for (int i = draw(0, 3); i > 0; --i) result.push_back(open && draw(0, 5) == 0 ? -1 : draw(0, 3));
    return result;
  }

  DType dtype() { return static_cast<DType>(draw(1, 13)); }

  TensorType type() {
    TensorType result{dtype(), shape(true), {}};
    if (draw(0, 3) == 0) {
      Quantization quantization;
      for (int i = draw(1, 3); i > 0; --i) {
        quantization.scales.push_back(number());
        quantization.zero_points.push_back(draw(-128, 127));
      }
      quantization.axis = draw(-1, 3);
      result.quantization = quantization;
    }
    return result;
  }

  // Any bits but those of other NaNs: the text knows one.
  float number() {
    const auto bits = static_cast<std::uint32_t>(random_());
    float value = 0;
    std::memcpy(&value, &bits, sizeof(value));
    return std::isnan(value) ? std::numeric_limits<float>::quiet_NaN() : value;
  }

  Tensor tensor() {
    const DType type = dtype();
    Tensor made = *Tensor::zeros(type, shape(false));
    for (std::int64_t i = 0; i < made.elements(); ++i) {
      std::byte* at = made.mutable_data() + static_cast<std::size_t>(i) * size_of(type);
      const float value = draw(0, 3) == 0 ? 1.0f : number();
      const std::uint64_t bits = random_() * 0x9e3779b97f4a7c15u;
      const auto put = [&](auto element) { std::memcpy(at, &element, sizeof(element)); };
      switch (type) {
        case DType::float32: put(value); break;
        case DType::float64: put(std::isnan(value) ? 0.1 : static_cast<double>(value) / 3); break;
        case DType::float16: put(float_to_half(value)); break;
        case DType::bfloat16: put(float_to_bfloat16(value)); break;
        case DType::boolean: put(static_cast<std::uint8_t>(bits >> 63)); break;
        default: std::memcpy(at, &bits, size_of(type));
      }
    }
    return made;
  }

  ValueId constant(Graph& graph) {
    const ValueId id = graph.add_constant(text(), tensor());
    if (draw(0, 3) == 0) graph.value(id).type.quantization = Quantization{{0.5f}, {3}, -1};
    return id;
  }

  Attributes attributes() {
    Attributes result;
    for (int i = draw(0, 4); i > 0; --i) {
      const std::string name = "name_" + std::to_string(draw(0, 9));
      switch (draw(0, 5)) {
        case 0: result.set(name, std::int64_t{draw(-1000, 1000)}); break;
        case 1: result.set(name, number()); break;
        case 2: result.set(name, text()); break;
        case 3: result.set(name, std::vector<std::int64_t>(static_cast<std::size_t>(draw(0, 3)), draw(-9, 9))); break;
        case 4: result.set(name, std::vector<float>(static_cast<std::size_t>(draw(0, 3)), number())); break;
        default: result.set(name, tensor());
      }
    }
    return result;
  }

  std::mt19937_64 random_;
};

// Same bits but for NaNs, of which the text knows one: their texts agree.
void expect_same_constants(const Graph& a, const Graph& b) {
  for (std::size_t i = 0; i < a.value_count(); ++i) {
    const Value& value = a.value(static_cast<ValueId>(i));
    if (!value.is_constant()) continue;
    const ValueId other = b.find_value(value.name);
    ASSERT_NE(other, kNoValue);
    const Tensor& x = *value.constant;
    const Tensor& y = *b.value(other).constant;
    ASSERT_EQ(x.bytes(), y.bytes());
    if (is_integer(x.dtype()) || x.dtype() == DType::float64) {
      EXPECT_EQ(std::memcmp(x.data(), y.data(), x.bytes()), 0);
    }
  }
}

TEST(Text, RandomGraphsRoundTrip) {
  for (unsigned seed = 0; seed < 500; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    const Graph graph = RandomGraphs(seed).next();
    const std::string text = to_text(graph);
    const auto again = parse_text(text);
    ASSERT_TRUE(again.has_value()) << again.error().message << "\n" << text;
    EXPECT_EQ(to_text(*again), text);
    expect_same_constants(graph, *again);
  }
}

TEST(Text, TruncationAnywhereIsAnError) {
  const std::string text = to_text(RandomGraphs(12).next());
  for (std::size_t length = 0; length + 2 < text.size(); ++length)
    EXPECT_FALSE(parse_text(std::string_view(text).substr(0, length)).has_value()) << length;
}

TEST(Text, DamageNeverCrashes) {
  std::mt19937 random(99);
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::string text = to_text(RandomGraphs(seed).next());
    for (int i = 0; i < 3; ++i) text[random() % text.size()] = static_cast<char>(random());
    if (const auto graph = parse_text(text)) (void)to_text(*graph);
  }
}

}  // namespace
}  // namespace diolkos::graph
