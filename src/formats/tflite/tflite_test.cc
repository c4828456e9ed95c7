#include <gmock/gmock.h>

#include <random>

#include "formats/tflite/legalize.h"
#include "formats/tflite/lower.h"
#include "formats/tflite/raise.h"
#include "formats/tflite/read_model.h"
#include "formats/tflite/write_model.h"
#include "graph/infer.h"
#include "graph/text.h"
#include "graph/verify.h"

namespace diolkos::tflite {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Result<Model> lowered(const char* text) {
  TRY_ASSIGN(graph::Graph graph, graph::parse_text(text));
  TRY(graph::infer_shapes(graph));
  TRY(legalize(graph));
  return lower(graph);
}

std::vector<std::string> operators(const Model& model) {
  std::vector<std::string> names;
  for (const Operator& op : model.operators) names.emplace_back(name_of(op.builtin));
  return names;
}

constexpr const char* kNetwork = R"(graph "net" {
  input %x: float32[1,3,9,8]
  const %w: float32[4,3,3,3] = seeded(7)
  const %b: float32[4] = seeded(8)
  const %d: float32[4,1,3,3] = seeded(9)
  const %s: int64[4] = [1,4,18,16]
  %c = Conv(%x, %w, %b) {pads=[1,1,1,1]}
  %r = Relu(%c)
  %e = Conv(%r, %d) {pads=[2,2,2,2], dilations=[2,2], group=4}
  %f = Add(%r, %e)
  %g = HardSigmoid(%f) {alpha=0.16666667, beta=0.5}
  %y = Resize(%g, _, _, %s) {mode="linear", coordinate_transformation_mode="pytorch_half_pixel"}
  output %y
})";

TEST(Lower, MakesNhwcWithoutTransposes) {
  const auto model = lowered(kNetwork);
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_THAT(operators(*model),
              ElementsAre("CONV_2D", "DEPTHWISE_CONV_2D", "ADD", "ADD", "MUL", "RESIZE_BILINEAR"));
  EXPECT_EQ(model->tensor(model->inputs[0].tensor).shape, (Shape{1, 9, 8, 3}));
  EXPECT_EQ(model->tensor(model->outputs[0].tensor).shape, (Shape{1, 18, 16, 4}));
  EXPECT_EQ(model->operators[0].options.activation, Activation::relu);
  EXPECT_EQ(model->operators[0].options.padding, Padding::same);
  EXPECT_EQ(model->operators[1].options.dilation_h, 2);
  EXPECT_EQ(model->operators[3].options.activation, Activation::relu6);
  EXPECT_TRUE(model->operators[5].options.half_pixel_centers);
}

// A convolution, then hard-sigmoid: the shift goes into the bias, the clip into the convolution's activation.
TEST(Lower, HardSigmoidTakesNoOperatorForItsShift) {
  constexpr std::string_view kGate = R"(graph "gate" {
    input %x: float32[1,4,5,5]
    const %w: float32[6,4,1,1] = seeded(1)
    const %b: float32[6] = seeded(2)
    %c = Conv(%x, %w{BIAS})
    %y = HardSigmoid(%c) {alpha=0.16666667, beta=0.5}
    output %y
  })";
  for (const std::string_view bias : {", %b", ""}) {
    std::string text(kGate);
    text.replace(text.find("{BIAS}"), 6, bias);
    const auto model = lowered(text.c_str());
    ASSERT_TRUE(model) << model.error().message;
    EXPECT_THAT(operators(*model), ElementsAre("CONV_2D", "MUL"));
    EXPECT_EQ(model->operators[0].options.activation, Activation::relu6);
  }
}

TEST(Legalize, HardSwishKeepsItsOtherFactor) {
  auto graph = graph::parse_text(R"(graph "swish" {
    input %x: float32[1,4,5,5]
    const %w: float32[6,4,1,1] = seeded(1)
    %c = Conv(%x, %w)
    %y = HardSwish(%c)
    output %y
  })");
  ASSERT_TRUE(graph) << graph.error().message;
  ASSERT_TRUE(graph::infer_shapes(*graph));
  ASSERT_TRUE(legalize(*graph, {.hard_swish = false}));
  std::vector<graph::Op> operators;
  for (const graph::NodeId id : graph->order()) operators.push_back(graph->node(id).op);
  using graph::Op;
  EXPECT_THAT(operators, ElementsAre(Op::Conv, Op::Add, Op::Clip, Op::Mul, Op::Mul));
}

TEST(Lower, PadsWhereSameIsNotExact) {
  const auto model = lowered(R"(graph "stem" {
    input %x: float32[1,3,8,8]
    const %w: float32[4,3,3,3] = seeded(1)
    %y = Conv(%x, %w) {pads=[1,1,1,1], strides=[2,2]}
    output %y
  })");
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_THAT(operators(*model), ElementsAre("PAD", "CONV_2D"));
  EXPECT_EQ(model->tensor(model->operators[0].output()).shape, (Shape{1, 9, 9, 3}));  // nothing reads a second border
}

TEST(Lower, NamesTheNodeThatTfliteCannotExpress) {
  const auto model = lowered(R"(graph "cubic" {
    input %x: float32[1,3,8,8]
    const %s: int64[4] = [1,3,16,16]
    %y = Resize(%x, _, _, %s) {mode="cubic"} "upsample"
    output %y
  })");
  ASSERT_FALSE(model);
  EXPECT_THAT(model.error().message, HasSubstr("node 'upsample' (Resize)"));
}

TEST(Write, GivesTheSameBytesAndReadsBack) {
  const auto model = lowered(kNetwork);
  ASSERT_TRUE(model) << model.error().message;
  const auto bytes = serialize(*model);
  ASSERT_TRUE(bytes) << bytes.error().message;
  EXPECT_EQ(*bytes, *serialize(*model));
  const auto again = read_model(*bytes);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(*serialize(*again), *bytes);
  const auto graph = raise(*again);
  ASSERT_TRUE(graph) << graph.error().message;
  EXPECT_TRUE(graph::verify(*graph));
  EXPECT_EQ(graph->value(graph->outputs()[0]).type.shape, (Shape{1, 4, 18, 16}));
  EXPECT_EQ(graph->value(graph->outputs()[0]).name, "y");
}

TEST(Read, RefusesAFileCutAnywhere) {
  const auto bytes = serialize(*lowered(kNetwork));
  ASSERT_TRUE(bytes);
  for (std::size_t size = 0; size < bytes->size(); ++size) {
    const auto model = read_model(std::span(*bytes).first(size));
    // FlatBuffers puts tables in front of what they point at: what is cut off may be padding, never content.
    if (model) {
      EXPECT_EQ(*serialize(*model), *bytes) << "cut at " << size;
    }
  }
}

TEST(Read, SurvivesDamageAnywhere) {
  const auto bytes = serialize(*lowered(kNetwork));
  ASSERT_TRUE(bytes);
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 3000; ++round) {
    auto damaged = *bytes;
    for (int i = 0; i < 3; ++i) damaged[random() % damaged.size()] = static_cast<std::byte>(random());
    const auto model = read_model(damaged);
    if (model) (void)raise(*model);
  }
}

Model two_adds() {
  Model model;
  for (const char* name : {"x", "a", "b"}) model.add_tensor({name, DType::float32, Shape{1, 2, 2, 1}, {}, {}});
  model.inputs = {{"x", 0}};
  model.outputs = {{"b", 2}};
  model.operators.push_back({Builtin::add, {0, 0}, {1}, {}});
  model.operators.push_back({Builtin::add, {1, 1}, {2}, {}});
  return model;
}

std::string refusal(const Model& model) {
  const auto status = check_model(model);
  return status ? "" : status.error().message;
}

TEST(Check, RefusesCyclesAndIndicesOutside) {
  EXPECT_EQ(refusal(two_adds()), "");
  Model cycle = two_adds();
  cycle.operators[0].inputs[1] = 2;
  EXPECT_THAT(refusal(cycle), HasSubstr("cycle"));
  Model outside = two_adds();
  outside.operators[1].inputs[0] = 17;
  EXPECT_THAT(refusal(outside), HasSubstr("tensor 17, of 3"));
  Model twice = two_adds();
  twice.operators[1].outputs[0] = 1;
  EXPECT_THAT(refusal(twice), HasSubstr("there already"));
  Model absurd = two_adds();
  absurd.tensor(1).shape = Shape{1 << 30, 1 << 30, 1 << 30, 1};
  EXPECT_THAT(refusal(absurd), HasSubstr("absurdly large"));
  Model scales = two_adds();
  scales.tensor(1).quantization = Quantization{{0.1f, 0.2f, 0.3f}, {0, 0, 0}, 0};
  EXPECT_THAT(refusal(scales), HasSubstr("3 scales along axis 0"));
}

TEST(Read, SaysWhatItFound) {
  EXPECT_THAT(read_model(std::span<const std::byte>()).error().message, HasSubstr("too few"));
  const std::vector<std::byte> zeros(64, std::byte{0});
  EXPECT_THAT(read_model(zeros).error().message, HasSubstr("TFL3"));
}

}  // namespace
}  // namespace diolkos::tflite
