// Operators that stand in few networks: planned on kernels, whose results are the reference's on every instruction set.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "cpu/features.h"
#include "graph/infer.h"
#include "graph/text.h"
#include "reference/evaluate.h"
#include "runtime/session.h"

namespace diolkos::runtime {
namespace {

struct Case {
  const char* name;
  const char* input;  // shape
  const char* text;   // of the nodes between %x and %y
  const char* kernel;
};

constexpr Case kCases[] = {
    {"upsampling by four taps", "1,20,5,7",
     "const %w: float32[20,8,2,2] = seeded(1)\n"
     "%y = ConvTranspose(%x, %w) {strides=[2,2]}",
     "conv transpose 4 phases"},
    {"overlapping taps and a bias", "2,16,5,4",
     "const %w: float32[16,3,4,3] = seeded(1)\nconst %b: float32[3] = seeded(2)\n"
     "%y = ConvTranspose(%x, %w, %b) {strides=[2,3], pads=[1,0,1,1], output_padding=[1,0]}",
     "conv transpose 6 phases"},
    {"stride one, dilated, in groups", "1,12,6,6",
     "const %w: float32[12,2,3,3] = seeded(1)\n"
     "%y = ConvTranspose(%x, %w) {group=3, dilations=[2,2], pads=[1,1,1,1]}",
     "conv transpose"},
    {"taps fewer than the stride", "1,2,4,4",
     "const %w: float32[2,2,1,1] = seeded(1)\n"
     "%y = ConvTranspose(%x, %w) {strides=[2,2]}",
     "reference"},
    {"after a convolution", "1,3,9,9",
     "const %v: float32[17,3,3,3] = seeded(3)\nconst %w: float32[17,5,2,2] = seeded(1)\n"
     "%c = Conv(%x, %v) {strides=[2,2]}\n%y = ConvTranspose(%c, %w) {strides=[2,2]}",
     "conv transpose 4 phases"},
    {"matrix of rows", "7,40",
     "const %w: float32[40,19] = seeded(1)\nconst %b: float32[19] = seeded(2)\n"
     "%y = Gemm(%x, %w, %b) {alpha=0.5, beta=2.0}",
     "product"},
    {"matrix turned", "1,33",
     "const %w: float32[5,33] = seeded(1)\nconst %b: float32[1] = seeded(2)\n"
     "%y = Gemm(%x, %w, %b) {transB=1}",
     "product"},
    {"another matrix turned", "8,3", "const %w: float32[8,5] = seeded(1)\n%y = Gemm(%x, %w) {transA=1}",
     "batched product"},
    {"a bias of rows", "4,3",
     "const %w: float32[3,5] = seeded(1)\nconst %b: float32[4,1] = seeded(2)\n"
     "%y = Gemm(%x, %w, %b)",
     "batched product"},
    {"stacked matrices", "2,3,4,21", "const %w: float32[21,32] = seeded(1)\n%y = MatMul(%x, %w)", "product"},
    {"two computed matrices", "1,2,5,5", "%y = MatMul(%x, %x)", "batched product"},
    {"a matrix for many, turned", "3,2,7,20",
     "const %m: float32[2,7,20] = seeded(1)\n%c = Relu(%m)\n%d = Abs(%x)\n"
     "%t = Transpose(%d) {perm=[0,1,3,2]}\n%y = MatMul(%x, %t)",
     "batched product"},
    {"a bias of rows, turned", "4,6",
     "const %w: float32[4,5] = seeded(1)\nconst %b: float32[6,1] = seeded(2)\n"
     "%y = Gemm(%x, %w, %b) {transA=1, beta=0.5}",
     "batched product"},
    {"tokens and a matrix", "2,6,20",
     "const %w: float32[20,21] = seeded(1)\nconst %b: float32[21] = seeded(2)\n"
     "%p = MatMul(%x, %w)\n%s = Add(%p, %b)\n%y = Gelu(%s)",
     "conv2d"},
    {"normalised tokens", "2,7,24",
     "const %s: float32[24] = seeded(1)\nconst %b: float32[24] = seeded(2)\n"
     "%y = LayerNormalization(%x, %s, %b)",
     "layer norm"},
    {"normalised from the second axis on", "3,4,5",
     "const %s: float32[4,5] = seeded(1)\n"
     "%y = LayerNormalization(%x, %s) {axis=1}",
     "layer norm"},
    {"tokens of an image and back", "2,3,5,4",
     "const %v: float32[20,3,3,3] = seeded(1)\n"
     "const %s: float32[20] = seeded(2)\n"
     "const %flat: int64[3] = [2,20,6]\nconst %image: int64[4] = [2,20,3,2]\nconst %w: float32[4,20,1,1] = seeded(3)\n"
     "%c = Conv(%x, %v)\n%f = Reshape(%c, %flat)\n%t = Transpose(%f) {perm=[0,2,1]}\n"
     "%n = LayerNormalization(%t, %s, %s)\n%g = Gelu(%n)\n%r = Add(%g, %t)\n%o = Transpose(%r) {perm=[0,2,1]}\n"
     "%i = Reshape(%o, %image)\n%y = Conv(%i, %w)",
     "layer norm"},
    {"pixels last, of blocks", "1,3,9,9",
     "const %v: float32[17,3,3,3] = seeded(3)\nconst %b: float32[17] = seeded(1)\n"
     "%c = Conv(%x, %v)\n%t = Transpose(%c) {perm=[0,2,3,1]}\n%y = Add(%t, %b)",
     "eltwise"},
    {"attention", "1,9,32", "%k = Abs(%x)\n%y = FusedAttention(%x, %k, %x) {heads=2, scale=0.7}", "attention"},
    {"attention of narrow heads", "1,9,24", "%y = FusedAttention(%x, %x, %x) {heads=3, scale=0.7}", "reference"},
    {"error function", "3,33", "%y = Erf(%x)", "activation"},
    {"by itself and one", "3,33", "const %one: float32[] = [1.5]\n%d = Add(%x, %one)\n%y = Div(%x, %d)", "eltwise"},
    {"one by it", "1,3,9,9",
     "const %v: float32[17,3,3,3] = seeded(3)\nconst %one: float32[] = [20.0]\n"
     "%c = Conv(%x, %v)\n%d = Add(%c, %one)\n%y = Div(%c, %d)",
     "eltwise"},
    {"a pyramid's sum", "1,20,8,8",
     "const %s: int64[4] = [1,20,16,16]\nconst %w: float32[20,20,3,3] = seeded(1)\n"
     "%c = Conv(%x, %w) {strides=[2,2]}\n%d = Conv(%c, %w)\n%a = Resize(%x, _, _, %s) {mode=\"linear\"}\n"
     "%b = Resize(%c, _, _, %s) {mode=\"linear\"}\n%e = Resize(%d, _, _, %s)\n%f = Add(%b, %e)\n%y = Add(%a, %f)",
     "sum of resized"},
    {"pixels last", "1,21,9,17", "%y = Transpose(%x) {perm=[0,2,3,1]}", "transpose"},
    {"channels from the end to the front", "1,9,17,21", "%y = Transpose(%x) {perm=[0,3,1,2]}", "transpose"},
    {"reversed", "2,3,4,5", "%y = Transpose(%x)", "transpose"},
    {"cubic", "1,5,6,7",
     "const %s: int64[4] = [1,5,11,20]\n"
     "%y = Resize(%x, _, _, %s) {mode=\"cubic\", coordinate_transformation_mode=\"half_pixel\"}",
     "resize taps"},
    {"smoothed on the way down", "1,5,20,31",
     "const %s: int64[4] = [1,5,7,9]\n"
     "%y = Resize(%x, _, _, %s) {mode=\"linear\", antialias=1}",
     "resize taps"},
    {"cubic inside the image alone", "2,2,6,7",
     "const %s: int64[4] = [2,2,4,40]\n"
     "%y = Resize(%x, _, _, %s) {mode=\"cubic\", exclude_outside=1, cubic_coeff_a=-0.5}",
     "resize taps"},
};

graph::Graph graph_of(const Case& test) {
  auto graph = graph::parse_text(std::string("graph \"g\" {\ninput %x: float32[") + test.input + "]\n" + test.text +
                                 "\noutput %y\n}");
  EXPECT_TRUE(graph) << (graph ? "" : graph.error().message);
  if (!graph) return {};
  const auto inferred = graph::infer_shapes(*graph);
  EXPECT_TRUE(inferred) << (inferred ? "" : inferred.error().message);
  return *graph;
}

void expect_near(const Tensor& expected, const Tensor& got) {
  ASSERT_EQ(expected.shape(), got.shape());
  for (std::size_t i = 0; i < expected.as<float>().size(); ++i)
    ASSERT_NEAR(expected.as<float>()[i], got.as<float>()[i], 1e-4) << "element " << i;
}

TEST(Operators, AreTheReferencesOnEveryIsa) {
  for (const Case& test : kCases) {
    SCOPED_TRACE(test.name);
    const graph::Graph graph = graph_of(test);
    ASSERT_FALSE(graph.inputs().empty());
    Tensor input = Tensor::zeros(DType::float32, graph.value(graph.inputs()[0]).type.shape).value();
    std::mt19937 random(5);
    for (float& value : input.mutable_as<float>()) value = std::uniform_real_distribution<float>(-1, 1)(random);
    const auto expected = reference::run(graph, std::span(&input, 1));
    ASSERT_TRUE(expected) << expected.error().message;
    for (const cpu::Isa isa : {cpu::Isa::generic, cpu::Isa::avx2, cpu::Isa::avx512}) {
      if (!cpu::supports(isa)) continue;
      SCOPED_TRACE(cpu::name_of(isa));
      SessionOptions options;
      options.threads = 2;
      options.isa = isa;
      const auto session = Session::create(graph, options);
      ASSERT_TRUE(session) << session.error().message;
      auto outputs = (*session)->make_outputs().value();
      const auto steps = (*session)->profile(std::span(&input, 1), outputs);
      ASSERT_TRUE(steps) << steps.error().message;
      expect_near((*expected)[0], outputs[0]);
      EXPECT_TRUE(std::any_of(steps->begin(), steps->end(), [&](const StepProfile& step) {
        return step.kernel.starts_with(test.kernel);
      })) << steps->front().kernel;
    }
  }
}

}  // namespace
}  // namespace diolkos::runtime
