// Networks quantized as TFLite files are, written to ONNX (floats between QuantizeLinear and DequantizeLinear) and read
// again: the native passes find the integers, which are those that were written.
#include <algorithm>
#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "formats/onnx/onnx_file.h"
#include "models/model.h"
#include "passes/pass.h"
#include "quantize/integer_network.h"
#include "runtime/session.h"

namespace diolkos {
namespace {

graph::Graph integers(std::string_view architecture) {
  const auto weights = models::random_weights(architecture, 3, 5);
  EXPECT_TRUE(weights) << weights.error().message;
  auto graph = models::build(*weights, {64, 64});
  EXPECT_TRUE(graph) << graph.error().message;
  EXPECT_TRUE(passes::run_passes(*graph, passes::Pipeline::deploy));
  quantize::QuantizeOptions options;
  options.bias_correction = options.weight_search = false;
  const quantize::SampleSource samples = quantize::random_samples(*graph, 2);
  auto made = quantize::integer_network(std::move(*graph), quantize::Variant::integer, samples, options, {});
  EXPECT_TRUE(made) << made.error().message;
  return std::move(*made);
}

graph::Graph by_way_of_onnx(const graph::Graph& graph) {
  const auto bytes = formats::serialize_onnx(graph);
  EXPECT_TRUE(bytes) << bytes.error().message;
  auto back = formats::read_onnx(*bytes);
  EXPECT_TRUE(back) << back.error().message;
  return std::move(*back);
}

struct Answer {
  Tensor scores;
  std::vector<std::string> kernels;
};

Answer answer(const graph::Graph& graph, const Tensor& image) {
  auto session = runtime::Session::create(graph, {});
  EXPECT_TRUE(session) << session.error().message;
  auto outputs = (*session)->make_outputs().value();
  auto steps = (*session)->profile(std::span(&image, 1), outputs);
  EXPECT_TRUE(steps) << steps.error().message;
  Answer result{outputs[0], {}};
  for (const auto& step : *steps) result.kernels.push_back(step.kernel);
  return result;
}

Tensor wave(const Shape& shape) {
  Tensor tensor = Tensor::zeros(DType::float32, shape).value();
  float at = 0;
  for (float& element : tensor.mutable_as<float>()) element = 2 * std::sin(at += 0.7f);
  return tensor;
}

int on_floats(const Answer& answer) {
  return static_cast<int>(std::ranges::count_if(answer.kernels, [](const std::string& kernel) {
    return kernel.starts_with("reference") || (kernel.starts_with("conv2d") && !kernel.starts_with("conv2d int8"));
  }));
}

// Resizing by a whole number is the same by TFLite's coordinates and by ONNX's; these have no curves either.
TEST(QuantizedOnnx, GivesTheIntegersThatWereWritten) {
  for (const std::string_view architecture : {"fcn_resnet50", "deeplabv3_resnet50"}) {
    SCOPED_TRACE(architecture);
    const graph::Graph written = integers(architecture);
    const Tensor image = wave(Shape{1, 3, 64, 64});
    const Answer expected = answer(written, image), got = answer(by_way_of_onnx(written), image);
    EXPECT_EQ(on_floats(got), on_floats(expected));
    const auto a = expected.scores.as<float>(), b = got.scores.as<float>();
    ASSERT_EQ(a.size(), b.size());
    EXPECT_EQ(std::ranges::mismatch(a, b).in1 - a.begin(), std::ssize(a));
  }
}

// Curves (HardSwish in TFLite's 16 bits) are the floats' own here.
TEST(QuantizedOnnx, CurvesAreThoseOfTheFloats) {
  const graph::Graph written = integers("lraspp_mobilenet_v3_large");
  const Tensor image = wave(Shape{1, 3, 64, 64});
  const Answer expected = answer(written, image), got = answer(by_way_of_onnx(written), image);
  EXPECT_EQ(on_floats(got), 0);
  const auto a = expected.scores.as<float>(), b = got.scores.as<float>();
  ASSERT_EQ(a.size(), b.size());
  double apart = 0, size = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    apart += std::abs(static_cast<double>(a[i] - b[i]));
    size += std::abs(static_cast<double>(a[i]));
  }
  EXPECT_LT(apart, 0.15 * size);
}

}  // namespace
}  // namespace diolkos
