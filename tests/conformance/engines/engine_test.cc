// One suite for every runtime: what is absent is skipped with the reason, what is present must pass.
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engines/engine.h"
#include "engines/find.h"
#include "engines/float_model.h"
#include "graph/text.h"
#include "models/model.h"
#include "porting/load_model.h"

namespace diolkos::engines {
namespace {

constexpr std::array kRuntimes{"native", "onnxruntime", "openvino", "litert", "libtorch", "opencv_dnn", "tensorrt"};

template <class T>
std::string message_of(const Result<T>& result) {
  return result ? "" : result.error().message;
}

// Opened once a process, as a program does it.
const Result<Engine>& engine_named(const std::string& name) {
  static std::map<std::string, Result<Engine>> engines;
  const auto found = engines.find(name);
  return found != engines.end() ? found->second : engines.emplace(name, open_engine(name)).first->second;
}

graph::Graph parse(std::string_view text) {
  auto graph = graph::parse_text(text);
  EXPECT_TRUE(graph.has_value()) << message_of(graph);
  return graph ? *graph : graph::Graph();
}

// Odd sizes, a stride, a pool, a dilated convolution, a sum and a resize: what a segmentation network is made of.
graph::Graph small_network() {
  return parse(R"(graph "small" {
    input %input: float32[1,3,17,23]
    const %w1: float32[8,3,3,3] = seeded(1)
    const %b1: float32[8] = seeded(2)
    const %w2: float32[8,8,3,3] = seeded(3)
    const %sizes: int64[4] = [1,8,17,23]
    %c1: float32[1,8,9,12] = Conv(%input, %w1, %b1) {kernel_shape=[3,3], pads=[1,1,1,1], strides=[2,2]} "c1"
    %r1: float32[1,8,9,12] = Relu(%c1) "r1"
    %c2: float32[1,8,9,12] = Conv(%r1, %w2) {kernel_shape=[3,3], pads=[2,2,2,2], dilations=[2,2]} "c2"
    %s: float32[1,8,9,12] = Add(%c2, %r1) "s"
    %out: float32[1,8,17,23] = Resize(%s, _, _, %sizes) {mode="linear", coordinate_transformation_mode="half_pixel"} "u"
    output %out
  })");
}

graph::Graph other_network() {
  return parse(R"(graph "other" {
    input %input: float32[1,4,6,6]
    const %w: float32[2,4,1,1] = seeded(5)
    %out: float32[1,2,6,6] = Conv(%input, %w) {kernel_shape=[1,1]} "c"
    output %out
  })");
}

// What mobile networks add: bounds, a hard swish, and channels gated by what their means come to.
graph::Graph gated_network() {
  return parse(R"(graph "gated" {
    input %input: float32[1,3,10,14]
    const %w1: float32[8,3,3,3] = seeded(6)
    const %w2: float32[8,8,1,1] = seeded(7)
    const %low: float32[] = [0]
    const %high: float32[] = [6]
    %c1: float32[1,8,10,14] = Conv(%input, %w1) {pads=[1,1,1,1]} "c1"
    %b: float32[1,8,10,14] = Clip(%c1, %low, %high) "b"
    %mean: float32[1,8,1,1] = GlobalAveragePool(%b) "mean"
    %c2: float32[1,8,1,1] = Conv(%mean, %w2) "c2"
    %gate: float32[1,8,1,1] = HardSigmoid(%c2) {alpha=0.16666667, beta=0.5} "gate"
    %gated: float32[1,8,10,14] = Mul(%b, %gate) "gated"
    %out: float32[1,8,10,14] = HardSwish(%gated) "swish"
    output %out
  })");
}

void fill(Tensor& tensor, unsigned seed) {
  unsigned state = seed * 2654435761u + 1;
  for (float& value : tensor.mutable_as<float>()) {
    state = state * 1664525u + 1013904223u;
    value = static_cast<float>(state >> 8) / 8388608.0f - 1.0f;
  }
}

// Largest difference as a share of the largest |expected|.
double difference(const Tensor& got, const Tensor& expected) {
  const auto a = got.as<float>();
  const auto b = expected.as<float>();
  if (got.shape() != expected.shape() || a.size() != b.size()) return INFINITY;
  double largest = 1e-12, off = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    largest = std::max(largest, std::abs(static_cast<double>(b[i])));
    const double one = std::abs(static_cast<double>(a[i]) - b[i]);
    off = std::isnan(one) ? INFINITY : std::max(off, one);
  }
  return off / largest;
}

Tensor native_answer(const graph::Graph& graph, const Tensor& input) {
  runtime::SessionOptions options;
  options.threads = 1;
  auto model = load_native(graph, options);
  EXPECT_TRUE(model) << message_of(model);
  auto outputs = model->make_outputs();
  EXPECT_TRUE(model->run(std::span(&input, 1), *outputs));
  return (*outputs)[0];
}

class Conformance : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const Result<Engine>& opened = engine_named(GetParam());
    if (!opened) GTEST_SKIP() << "absent: " << opened.error().message;
    engine_ = &*opened;
  }

  Result<FloatModel> load(const graph::Graph& graph, int threads = 1) {
    LoadRequest request;
    request.graph = &graph;
    request.threads = threads;
    TRY_ASSIGN(Model model, engine_->load(request));
    TRY(check_as_asked(request, model.actual()));
    return FloatModel::create(std::move(model));
  }

  void expect_native(FloatModel& model, const graph::Graph& graph, unsigned seed) {
    auto inputs = model.make_inputs();
    auto outputs = model.make_outputs();
    ASSERT_TRUE(inputs && outputs);
    fill((*inputs)[0], seed);
    const Status status = model.run(*inputs, *outputs);
    ASSERT_TRUE(status) << message_of(status);
    EXPECT_LE(difference((*outputs)[0], native_answer(graph, (*inputs)[0])), engine_->tolerance("fp32"));
  }

  const Engine* engine_ = nullptr;
};

TEST_P(Conformance, TellsItsVersionDevicesAndCapabilities) {
  EXPECT_FALSE(message_of(engine_->version()) != "" || engine_->version()->empty());
  const auto devices = engine_->devices();
  const auto capabilities = engine_->capabilities();
  ASSERT_TRUE(devices && capabilities);
  EXPECT_FALSE(devices->empty());
  for (const Capability& one : *capabilities)
    EXPECT_THAT(*devices, ::testing::Contains(::testing::Field(&Device::id, one.device)));
  EXPECT_GT(engine_->tolerance("fp32"), 0);
}

TEST_P(Conformance, PortsAreTheGraphs) {
  const graph::Graph graph = small_network();
  auto model = load(graph);
  ASSERT_TRUE(model) << message_of(model);
  ASSERT_EQ(model->inputs().size(), 1u);
  ASSERT_EQ(model->outputs().size(), 1u);
  EXPECT_EQ(model->inputs()[0].shape, (Shape{1, 3, 17, 23}));
  EXPECT_EQ(model->inputs()[0].dtype, DType::float32);
  EXPECT_EQ(model->inputs()[0].name, "input");
  EXPECT_EQ(model->outputs()[0].shape, (Shape{1, 8, 17, 23}));
  EXPECT_EQ(model->outputs()[0].name, "out");
}

TEST_P(Conformance, AgreesWithTheNativeRuntime) {
  const graph::Graph graph = small_network();
  auto model = load(graph);
  ASSERT_TRUE(model) << message_of(model);
  expect_native(*model, graph, 1);
}

TEST_P(Conformance, AgreesOnBoundsAndGates) {
  const graph::Graph graph = gated_network();
  auto model = load(graph);
  ASSERT_TRUE(model) << message_of(model);
  expect_native(*model, graph, 5);
}

TEST_P(Conformance, RepeatsItselfExactlyAndTakesNewInput) {
  const graph::Graph graph = small_network();
  auto model = load(graph);
  ASSERT_TRUE(model) << message_of(model);
  auto inputs = model->make_inputs();
  auto first = model->make_outputs();
  auto second = model->make_outputs();
  fill((*inputs)[0], 2);
  ASSERT_TRUE(model->run(*inputs, *first));
  ASSERT_TRUE(model->run(*inputs, *second));
  EXPECT_EQ(difference((*first)[0], (*second)[0]), 0);
  fill((*inputs)[0], 3);  // in the same memory: a runtime must not have latched the first contents
  ASSERT_TRUE(model->run(*inputs, *second));
  EXPECT_GT(difference((*first)[0], (*second)[0]), 1e-3);
  EXPECT_LE(difference((*second)[0], native_answer(graph, (*inputs)[0])), engine_->tolerance("fp32"));
}

TEST_P(Conformance, TakesOtherBuffersEachTime) {
  const graph::Graph graph = small_network();
  auto model = load(graph);
  ASSERT_TRUE(model) << message_of(model);
  for (unsigned seed = 10; seed < 14; ++seed) expect_native(*model, graph, seed);
}

TEST_P(Conformance, TwoModelsRunAtOnce) {
  const graph::Graph a = small_network();
  const graph::Graph b = other_network();
  auto first = load(a);
  auto second = load(b);
  ASSERT_TRUE(first) << message_of(first);
  ASSERT_TRUE(second) << message_of(second);
  std::thread beside([&] {
    for (unsigned seed = 0; seed < 8; ++seed) expect_native(*second, b, seed);
  });
  for (unsigned seed = 0; seed < 8; ++seed) expect_native(*first, a, seed);
  beside.join();
}

TEST_P(Conformance, ModelsGoInAnyOrder) {
  const graph::Graph a = small_network();
  const graph::Graph b = other_network();
  auto first = std::make_unique<Result<FloatModel>>(load(a));
  auto second = std::make_unique<Result<FloatModel>>(load(b));
  ASSERT_TRUE(*first && *second);
  expect_native(**first, a, 1);
  first.reset();
  expect_native(**second, b, 1);
  auto third = load(a);
  second.reset();
  ASSERT_TRUE(third);
  expect_native(*third, a, 2);
}

TEST_P(Conformance, RefusesWrongTensors) {
  const graph::Graph graph = small_network();
  auto model = load(graph);
  ASSERT_TRUE(model) << message_of(model);
  auto outputs = model->make_outputs();
  const std::vector<Tensor> wrong{*Tensor::zeros(DType::float32, Shape{1, 3, 17, 22})};
  EXPECT_THAT(message_of(model->run(wrong, *outputs)), ::testing::HasSubstr("expected float32 1x3x17x23"));
  EXPECT_FALSE(model->run({}, *outputs));
  expect_native(*model, graph, 4);  // and goes on working
}

TEST_P(Conformance, RefusesWhatItCannotLoad) {
  LoadRequest request;
  request.file = "/nowhere/model.onnx";
  EXPECT_FALSE(engine_->load(request));
  const graph::Graph graph = small_network();
  request = {};
  request.graph = &graph;
  request.precision = "fp1";
  EXPECT_FALSE(engine_->offers(request));
  EXPECT_FALSE(engine_->load(request));
  request.precision = "fp32";
  request.device = "abacus:0";
  EXPECT_FALSE(engine_->load(request));
}

TEST_P(Conformance, SubmitsAndSynchronizes) {
  const graph::Graph graph = other_network();
  LoadRequest request;
  request.graph = &graph;
  request.threads = 1;
  auto model = engine_->load(request);
  ASSERT_TRUE(model) << message_of(model);
  if (!model->asynchronous()) GTEST_SKIP() << "unsupported: works in the caller's thread only";
  auto inputs = model->make_inputs();
  auto outputs = model->make_outputs();
  fill((*inputs)[0], 6);
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(model->submit(*inputs, *outputs));
    ASSERT_TRUE(model->synchronize());
  }
  EXPECT_LE(difference((*outputs)[0], native_answer(graph, (*inputs)[0])), engine_->tolerance("fp32"));
}

// The whole network of the article, small: all runtimes within 1e-3 of the largest output.
TEST_P(Conformance, AgreesOnFcnResNet50) {
  porting::LoadOptions options;
  options.size = models::InputSize{64, 64};
  static const Result<porting::LoadedModel> loaded = porting::load_model("fcn_resnet50:random", options);
  ASSERT_TRUE(loaded) << message_of(loaded);
  auto model = load(loaded->graph, 2);
  ASSERT_TRUE(model) << message_of(model);
  auto inputs = model->make_inputs();
  auto outputs = model->make_outputs();
  fill((*inputs)[0], 7);
  static std::optional<Tensor> expected;
  if (!expected) expected = native_answer(loaded->graph, (*inputs)[0]);
  ASSERT_TRUE(model->run(*inputs, *outputs));
  EXPECT_LE(difference((*outputs)[0], *expected), 1e-3);
}

INSTANTIATE_TEST_SUITE_P(Engines, Conformance, ::testing::ValuesIn(kRuntimes),
                         [](const auto& runtime) { return std::string(runtime.param); });

}  // namespace
}  // namespace diolkos::engines
