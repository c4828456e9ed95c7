// Networks drawn at random, quantized by the ranges that their float forms show: the session's integers are those of
// the reference, bit for bit, on every instruction set.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

#include "cpu/features.h"
#include "reference/evaluate.h"
#include "runtime/plan_file.h"
#include "runtime/random_network.h"
#include "runtime/session.h"

namespace diolkos::runtime {
namespace {

using graph::Op;
using graph::ValueId;

struct Range {
  float low = 0, high = 0;
};

graph::Quantization parameters(Range range, DType dtype) {
  if (dtype == DType::int16) {
    const float largest = std::max({-range.low, range.high, 1e-3f});
    return {{largest / 32767.0f}, {0}, -1};
  }
  const float scale = std::max(range.high - range.low, 1e-3f) / 255.0f;
  const auto zero = static_cast<std::int32_t>(std::round(-range.low / scale)) - (dtype == DType::int8 ? 128 : 0);
  return {{scale}, {dtype == DType::int8 ? std::clamp(zero, -128, 127) : std::clamp(zero, 0, 255)}, -1};
}

// Every image an integer one; filters int8 (uint8 under uint8) with a scale for each output, biases int32 or int64.
class Quantizer {
 public:
  Quantizer(graph::Graph& graph, DType dtype) : graph_(graph), dtype_(dtype) {}

  void run(const Tensor& input) {
    observe(input);
    for (const graph::NodeId id : graph_.order()) {
      graph::Node& node = graph_.node(id);
      for (const ValueId output : node.outputs) make_integer(output);
      // What only hands integers on keeps their scale.
      const bool hands_on = node.op == Op::MaxPool || node.op == Op::AveragePool || node.op == Op::Resize ||
                            node.op == Op::Reshape || node.op == Op::Transpose || node.op == Op::Slice;
      if (hands_on && quantization(node.input(0)) && quantization(node.output()))
        graph_.value(node.output()).type.quantization = graph_.value(node.input(0)).type.quantization;
      if (node.op == Op::Concat)
        for (const ValueId part : node.inputs) graph_.value(part).type.quantization = quantization(node.output());
      if (node.inputs.size() == 2 && quantization(node.output())) constants(node);
      if (node.op == Op::Conv && quantization(node.input(0)) && quantization(node.output())) filter(node);
    }
  }

 private:
  const std::optional<graph::Quantization>& quantization(ValueId id) const {
    return graph_.value(id).type.quantization;
  }

  void observe(const Tensor& input) {
    graph::Graph copy = graph_;
    for (const graph::NodeId id : copy.order())
      for (const ValueId output : copy.node(id).outputs)
        if (!copy.is_output(output)) copy.add_output(output);
    const auto results = reference::run(copy, std::span(&input, 1)).value();
    ranges_.resize(graph_.value_count());
    note(graph_.inputs()[0], input);
    for (std::size_t i = 0; i < results.size(); ++i) note(copy.outputs()[i], results[i]);
    make_integer(graph_.inputs()[0]);
  }

  void note(ValueId id, const Tensor& tensor) {
    if (tensor.dtype() != DType::float32) return;
    graph_.value(id).type = {tensor.dtype(), tensor.shape(), {}};
    for (const float value : tensor.as<float>()) {
      Range& range = ranges_[static_cast<std::size_t>(id)];
      range.low = std::min(range.low, value);
      range.high = std::max(range.high, value);
    }
  }

  void make_integer(ValueId id) {
    graph::TensorType& type = graph_.value(id).type;
    if (type.dtype != DType::float32) return;
    type.dtype = dtype_;
    type.quantization = parameters(ranges_[static_cast<std::size_t>(id)], dtype_);
  }

  // Constant operands of sums and the like.
  void constants(graph::Node& node) {
    for (ValueId& input : node.inputs) {
      const auto& constant = graph_.value(input).constant;
      if (!constant || constant->dtype() != DType::float32) continue;
      const auto real = constant->as<float>();
      const Range range{std::min(0.0f, *std::min_element(real.begin(), real.end())),
                        std::max(0.0f, *std::max_element(real.begin(), real.end()))};
      const graph::Quantization q = parameters(range, dtype_);
      Tensor stored = Tensor::zeros(dtype_, constant->shape()).value();
      for (std::size_t i = 0; i < real.size(); ++i) {
        const auto value = static_cast<std::int32_t>(std::lround(real[i] / q.scales[0])) + q.zero_points[0];
        if (dtype_ == DType::int16)
          stored.mutable_as<std::int16_t>()[i] = static_cast<std::int16_t>(value);
        else
          stored.mutable_data()[i] = static_cast<std::byte>(value);
      }
      const ValueId made = graph_.add_constant("", std::move(stored));
      graph_.value(made).type.quantization = q;
      input = made;
    }
  }

  void filter(graph::Node& node) {
    const Tensor weights = *graph_.value(node.input(1)).constant;
    const std::int64_t outputs = weights.shape()[0], each = weights.elements() / outputs;
    const bool legacy = dtype_ == DType::uint8;
    graph::Quantization q{{}, {}, legacy ? -1 : 0};
    Tensor stored = Tensor::zeros(legacy ? DType::uint8 : DType::int8, weights.shape()).value();
    auto* const to = reinterpret_cast<std::uint8_t*>(stored.mutable_data());
    for (std::int64_t o = 0; o < outputs; ++o) {
      if (legacy && o > 0) break;
      const float* from = weights.as<float>().data() + o * each;
      const std::int64_t count = legacy ? weights.elements() : each;
      float largest = 1e-4f;
      for (std::int64_t i = 0; i < count; ++i) largest = std::max(largest, std::abs(from[i]));
      q.scales.push_back(largest / 127.0f);
      q.zero_points.push_back(legacy ? 131 : 0);
      for (std::int64_t i = 0; i < count; ++i)
        to[o * each + i] = static_cast<std::uint8_t>(std::lround(from[i] / q.scales.back()) + (legacy ? 128 : 0));
    }
    const ValueId made = graph_.add_constant("", std::move(stored));
    graph_.value(made).type.quantization = q;
    node.inputs[1] = made;
    if (node.inputs.size() > 2 && node.inputs[2] != graph::kNoValue) node.inputs[2] = bias(node, q);
  }

  ValueId bias(const graph::Node& node, const graph::Quantization& q) {
    const Tensor real = *graph_.value(node.input(2)).constant;
    Tensor stored = Tensor::zeros(dtype_ == DType::int16 ? DType::int64 : DType::int32, real.shape()).value();
    const float x = quantization(node.input(0))->scales[0];
    for (std::size_t c = 0; c < real.as<float>().size(); ++c) {
      const auto value = std::llround(real.as<float>()[c] / (x * q.scales[q.scales.size() == 1 ? 0 : c]));
      if (dtype_ == DType::int16)
        stored.mutable_as<std::int64_t>()[c] = value;
      else
        stored.mutable_as<std::int32_t>()[c] = static_cast<std::int32_t>(value);
    }
    const ValueId made = graph_.add_constant("", std::move(stored));
    graph_.value(made).type.quantization = graph::Quantization{{x}, {0}, -1};  // that it stands for reals, not how
    return made;
  }

  graph::Graph& graph_;
  DType dtype_;
  std::vector<Range> ranges_;
};

std::string differences(const Tensor& expected, const Tensor& got) {
  if (!is_integer(expected.dtype())) return "";
  const Tensor a = to_int64(expected).value(), b = to_int64(got).value();
  for (std::size_t i = 0; i < a.as<std::int64_t>().size(); ++i)
    if (a.as<std::int64_t>()[i] != b.as<std::int64_t>()[i])
      return "element " + std::to_string(i) + ": got " + std::to_string(b.as<std::int64_t>()[i]) + ", expected " +
             std::to_string(a.as<std::int64_t>()[i]);
  return "";
}

Tensor integers(const graph::TensorType& type, std::mt19937& random) {
  Tensor tensor = Tensor::zeros(type.dtype, type.shape).value();
  for (std::size_t i = 0; i < tensor.bytes(); ++i) tensor.mutable_data()[i] = static_cast<std::byte>(random());
  return tensor;
}

// Returns whether the network was one that integers can be.
bool check(unsigned seed, DType dtype) {
  SCOPED_TRACE("seed " + std::to_string(seed) + " " + std::string(name_of(dtype)));
  RandomNetwork network(seed);
  graph::Graph graph = network.make(4);
  Quantizer(graph, dtype).run(network.random_tensor(graph.value(graph.inputs()[0]).type.shape));
  std::mt19937 random(seed);
  const Tensor input = integers(graph.value(graph.inputs()[0]).type, random);
  const auto expected = reference::run(graph, std::span(&input, 1));
  if (!expected) return false;
  for (const cpu::Isa isa : {cpu::Isa::generic, cpu::Isa::avx2, cpu::Isa::avx512}) {
    if (!cpu::supports(isa)) continue;
    SessionOptions options;
    options.threads = 1 + static_cast<int>(seed % 3);
    options.isa = isa;
    const auto session = Session::create(graph, options);
    EXPECT_TRUE(session) << session.error().message;
    if (!session) return false;
    auto outputs = (*session)->make_outputs().value();
    for (int round = 0; round < 2; ++round) {
      const auto status = (*session)->run(std::span(&input, 1), outputs);
      EXPECT_TRUE(status) << status.error().message;
      for (std::size_t i = 0; i < outputs.size(); ++i)
        EXPECT_EQ(differences((*expected)[i], outputs[i]), "") << cpu::name_of(isa) << ", output " << i;
    }
  }
  return true;
}

TEST(IntegerPlan, RandomNetworksAreExactOnEveryInstructionSet) {
  int checked = 0;
  for (unsigned seed = 0; seed < 60; ++seed)
    for (const DType dtype : {DType::int8, DType::int16, DType::uint8}) {
      checked += check(seed, dtype);
      if (testing::Test::HasFailure()) return;
    }
  EXPECT_GT(checked, 120);
}

// x * clip(x + 3, 0, 6) / 6, from an image that a step makes.
graph::Graph hard_swish(DType dtype, bool also_gate) {
  graph::Graph graph;
  const ValueId x = graph.add_input("x", {DType::float32, Shape{1, 20, 5, 7}, {}});
  const auto scalar = [&](float value) { return graph.add_constant("", Tensor::scalar(value)); };
  const ValueId pooled = graph.add(Op::MaxPool, "", {x}, {{"kernel_shape", std::vector<std::int64_t>{1, 1}}});
  const ValueId raised = graph.add(Op::Add, "", {pooled, scalar(3)});
  const ValueId clipped = graph.add(Op::Clip, "", {raised, scalar(0), scalar(6)});
  const ValueId gate = graph.add(Op::Mul, "", {scalar(1.0f / 6), clipped});
  graph.add_output(graph.add(Op::Mul, "", {gate, pooled}));
  if (also_gate) graph.add_output(clipped);
  RandomNetwork random(1);
  Quantizer(graph, dtype).run(random.random_tensor(Shape{1, 20, 5, 7}));
  return graph;
}

TEST(IntegerPlan, WhatIsComputedFromOneValueIsOneTable) {
  for (const DType dtype : {DType::int8, DType::int16, DType::uint8})
    for (const bool also_gate : {false, true}) {
      SCOPED_TRACE(std::string(name_of(dtype)) + (also_gate ? ", two results" : ""));
      const graph::Graph graph = hard_swish(dtype, also_gate);
      std::mt19937 random(3);
      const Tensor input = integers(graph.value(graph.inputs()[0]).type, random);
      const auto expected = reference::run(graph, std::span(&input, 1));
      ASSERT_TRUE(expected) << expected.error().message;
      const auto session = Session::create(graph, SessionOptions{});
      ASSERT_TRUE(session) << session.error().message;
      auto outputs = (*session)->make_outputs().value();
      ASSERT_TRUE((*session)->run(std::span(&input, 1), outputs));
      for (std::size_t i = 0; i < outputs.size(); ++i) EXPECT_EQ(differences((*expected)[i], outputs[i]), "") << i;
      const auto steps = (*session)->profile(std::span(&input, 1), outputs).value();
      EXPECT_EQ(std::count_if(steps.begin(), steps.end(),
                              [](const StepProfile& step) { return step.kernel.starts_with("int table"); }),
                also_gate ? 2 : 1);
    }
}

TEST(IntegerPlan, ComesBackFromAPlanFile) {
  const auto path = std::filesystem::temp_directory_path() / "diolkos_integer_plan.dplan";
  const PlanKey key{{"model", "integers"}};
  for (unsigned seed = 0; seed < 12; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomNetwork network(seed);
    graph::Graph graph = network.make(4);
    Quantizer(graph, seed % 2 == 0 ? DType::int8 : DType::int16)
        .run(network.random_tensor(graph.value(graph.inputs()[0]).type.shape));
    std::mt19937 random(seed);
    const Tensor input = integers(graph.value(graph.inputs()[0]).type, random);
    SessionOptions options;
    options.threads = 2;
    const auto built = Session::create(graph, options);
    ASSERT_TRUE(built) << built.error().message;
    ASSERT_TRUE((*built)->save(path, key, ""));
    auto plan = read_plan(path, key, 2);
    ASSERT_TRUE(plan) << plan.error().message;
    const auto restored = Session::restore(std::move(*plan), options);
    ASSERT_TRUE(restored) << restored.error().message;
    auto expected = (*built)->make_outputs().value(), outputs = (*restored)->make_outputs().value();
    if (!(*built)->run(std::span(&input, 1), expected)) continue;  // an operator that has no such integers
    ASSERT_TRUE((*restored)->run(std::span(&input, 1), outputs));
    for (std::size_t i = 0; i < outputs.size(); ++i) EXPECT_EQ(differences(expected[i], outputs[i]), "") << i;
  }
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace diolkos::runtime
