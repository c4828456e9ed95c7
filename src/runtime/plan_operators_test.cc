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
    {"upsampling by four taps", "1,20,5,7", "const %w: float32[20,8,2,2] = seeded(1)\n"
     "%y = ConvTranspose(%x, %w) {strides=[2,2]}", "conv transpose 4 phases"},
    {"overlapping taps and a bias", "2,16,5,4", "const %w: float32[16,3,4,3] = seeded(1)\nconst %b: float32[3] = seeded(2)\n"
     "%y = ConvTranspose(%x, %w, %b) {strides=[2,3], pads=[1,0,1,1], output_padding=[1,0]}", "conv transpose 6 phases"},
    {"stride one, dilated, in groups", "1,12,6,6", "const %w: float32[12,2,3,3] = seeded(1)\n"
     "%y = ConvTranspose(%x, %w) {group=3, dilations=[2,2], pads=[1,1,1,1]}", "conv transpose"},
    {"taps fewer than the stride", "1,2,4,4", "const %w: float32[2,2,1,1] = seeded(1)\n"
     "%y = ConvTranspose(%x, %w) {strides=[2,2]}", "reference"},
    {"after a convolution", "1,3,9,9", "const %v: float32[17,3,3,3] = seeded(3)\nconst %w: float32[17,5,2,2] = seeded(1)\n"
     "%c = Conv(%x, %v) {strides=[2,2]}\n%y = ConvTranspose(%c, %w) {strides=[2,2]}", "conv transpose 4 phases"},
    {"matrix of rows", "7,40", "const %w: float32[40,19] = seeded(1)\nconst %b: float32[19] = seeded(2)\n"
     "%y = Gemm(%x, %w, %b) {alpha=0.5, beta=2.0}", "product"},
    {"matrix turned", "1,33", "const %w: float32[5,33] = seeded(1)\nconst %b: float32[1] = seeded(2)\n"
     "%y = Gemm(%x, %w, %b) {transB=1}", "product"},
    {"another matrix turned", "8,3", "const %w: float32[8,5] = seeded(1)\n%y = Gemm(%x, %w) {transA=1}", "reference"},
    {"a bias of rows", "4,3", "const %w: float32[3,5] = seeded(1)\nconst %b: float32[4,1] = seeded(2)\n"
     "%y = Gemm(%x, %w, %b)", "reference"},
    {"stacked matrices", "2,3,4,21", "const %w: float32[21,32] = seeded(1)\n%y = MatMul(%x, %w)", "product"},
    {"two computed matrices", "1,2,5,5", "%y = MatMul(%x, %x)", "reference"},
    {"pixels last", "1,21,9,17", "%y = Transpose(%x) {perm=[0,2,3,1]}", "transpose"},
    {"channels from the end to the front", "1,9,17,21", "%y = Transpose(%x) {perm=[0,3,1,2]}", "transpose"},
    {"reversed", "2,3,4,5", "%y = Transpose(%x)", "transpose"},
    {"cubic", "1,5,6,7", "const %s: int64[4] = [1,5,11,20]\n"
     "%y = Resize(%x, _, _, %s) {mode=\"cubic\", coordinate_transformation_mode=\"half_pixel\"}", "resize taps"},
    {"smoothed on the way down", "1,5,20,31", "const %s: int64[4] = [1,5,7,9]\n"
     "%y = Resize(%x, _, _, %s) {mode=\"linear\", antialias=1}", "resize taps"},
    {"cubic inside the image alone", "2,2,6,7", "const %s: int64[4] = [2,2,4,40]\n"
     "%y = Resize(%x, _, _, %s) {mode=\"cubic\", exclude_outside=1, cubic_coeff_a=-0.5}", "resize taps"},
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
