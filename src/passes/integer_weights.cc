#include "passes/integer_weights.h"

#include <algorithm>
#include <cmath>

#include "graph/quantize_layout.h"

namespace diolkos::passes {
namespace {

using graph::Graph;
using graph::kNoNode;
using graph::kNoValue;
using graph::Node;
using graph::Op;
using graph::ValueId;

constexpr double kMostMoved = 1.0 / 128;                  // of a step of the result
constexpr std::int64_t kLargestProduct = 255 * 255;       // |x - zero| * |w - zero|
constexpr std::int64_t kLargestSum = std::int64_t{1} << 31;

// The DequantizeLinear of a constant that makes the value; null where something else does.
const Node* constant_dequantize(const Graph& graph, ValueId real) {
  const graph::NodeId producer = graph.value(real).producer;
  if (producer == kNoNode || graph.node(producer).op != Op::DequantizeLinear) return nullptr;
  const Node& node = graph.node(producer);
  for (const ValueId input : node.inputs)
    if (input != kNoValue && !graph.value(input).is_constant()) return nullptr;
  return &node;
}

std::vector<std::int64_t> zeros_of(const Graph& graph, const Node& node) {
  if (node.input(2) == kNoValue) return {0};
  return graph::constant_ints(graph, node.input(2)).value_or(std::vector<std::int64_t>{});
}

// stored - zero as int8; none where one is beyond it.
std::optional<Tensor> moved_to_zero(const Tensor& stored, std::int64_t zero) {
  if (stored.dtype() == DType::int8 && zero == 0) return stored;
  auto made = Tensor::zeros(DType::int8, stored.shape());
  if (!made) return std::nullopt;
  const auto to = made->mutable_as<std::int8_t>();
  const bool is_unsigned = stored.dtype() == DType::uint8;
  for (std::size_t i = 0; i < to.size(); ++i) {
    const std::int64_t value = (is_unsigned ? std::int64_t{stored.as<std::uint8_t>()[i]}
                                            : std::int64_t{stored.as<std::int8_t>()[i]}) - zero;
    if (value < -128 || value > 127) return std::nullopt;
    to[i] = static_cast<std::int8_t>(value);
  }
  return *made;
}

// The bias in reals.
std::optional<std::vector<double>> real_bias(const Graph& graph, ValueId bias) {
  const graph::Value& value = graph.value(bias);
  std::vector<double> reals;
  if (value.is_constant()) {
    if (value.type.dtype != DType::float32) return std::nullopt;
    const auto floats = value.constant->as<float>();
    return std::vector<double>(floats.begin(), floats.end());
  }
  const Node* node = constant_dequantize(graph, bias);
  if (node == nullptr || graph.value(node->input(0)).type.dtype != DType::int32) return std::nullopt;
  const auto stored = graph::constant_ints(graph, node->input(0));
  const auto scales = graph.value(node->input(1)).constant->as<float>();
  const auto zeros = zeros_of(graph, *node);
  if (!stored || (scales.size() != 1 && scales.size() != stored->size())) return std::nullopt;
  if (std::ranges::any_of(zeros, [](std::int64_t zero) { return zero != 0; })) return std::nullopt;
  for (std::size_t i = 0; i < stored->size(); ++i)
    reals.push_back(static_cast<double>((*stored)[i]) * static_cast<double>(scales[scales.size() == 1 ? 0 : i]));
  return reals;
}

}  // namespace

std::optional<IntegerWeights> integer_weights(const Graph& graph, ValueId real) {
  const Node* node = constant_dequantize(graph, real);
  if (node == nullptr) return std::nullopt;
  const Tensor& stored = *graph.value(node->input(0)).constant;
  if (stored.dtype() != DType::int8 && stored.dtype() != DType::uint8) return std::nullopt;
  const auto layout = graph::resolve_quantize(graph::NodeView(graph, *node));
  if (!layout || layout->block != 0 || layout->axis > 0) return std::nullopt;
  const auto scales = graph.value(node->input(1)).constant->as<float>();
  if (scales.empty() || std::ranges::any_of(scales, [](float s) { return !(s > 0) || !std::isfinite(s); }))
    return std::nullopt;
  const auto zeros = zeros_of(graph, *node);
  if (zeros.empty() || std::ranges::any_of(zeros, [&](std::int64_t zero) { return zero != zeros[0]; }))
    return std::nullopt;
  const auto moved = moved_to_zero(stored, zeros[0]);
  const auto zero = moved ? 0 : static_cast<std::int32_t>(zeros[0]);
  graph::Quantization quantization{{scales.begin(), scales.end()}, std::vector<std::int32_t>(scales.size(), zero),
                                   scales.size() == 1 ? -1 : 0};
  return IntegerWeights{moved.value_or(stored), std::move(quantization)};
}

std::optional<std::vector<std::int32_t>> integer_bias(const Graph& graph, ValueId bias, const IntegerWeights& weights,
                                                      double x_scale, double y_scale, std::int64_t products) {
  const std::int64_t room = kLargestSum - 1 - products * kLargestProduct;
  if (products > kLargestSum / kLargestProduct || room < 0) return std::nullopt;
  if (bias == kNoValue) return std::vector<std::int32_t>{};
  const auto reals = real_bias(graph, bias);
  if (!reals || static_cast<std::int64_t>(reals->size()) != weights.values.shape()[0]) return std::nullopt;
  std::vector<std::int32_t> steps;
  for (std::size_t c = 0; c < reals->size(); ++c) {
    const double step = x_scale * weights.scale(c), value = (*reals)[c] / step, whole = std::round(value);
    if (!(std::abs(whole) < static_cast<double>(room))) return std::nullopt;
    if (!(std::abs(value - whole) * step / y_scale <= kMostMoved)) return std::nullopt;
    steps.push_back(static_cast<std::int32_t>(whole));
  }
  return steps;
}

}  // namespace diolkos::passes
