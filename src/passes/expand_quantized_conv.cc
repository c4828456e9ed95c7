#include "passes/expand_quantized_conv.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "passes/quantized_pair.h"

namespace diolkos::passes {
namespace {

using graph::Graph;
using graph::kNoNode;
using graph::kNoValue;
using graph::Node;
using graph::NodeId;
using graph::Op;
using graph::ValueId;

bool is_float_constant(const Graph& graph, ValueId id) {
  return id != kNoValue && graph.value(id).is_constant() && graph.value(id).type.dtype == DType::float32;
}

ValueId add_typed(Graph& graph, Op op, const std::string& name, std::vector<ValueId> inputs,
                  graph::Attributes attributes, DType dtype, const Shape& shape) {
  const ValueId made = graph.add(op, name, std::move(inputs), std::move(attributes));
  graph.value(made).type = {dtype, shape, {}};
  return made;
}

ValueId dequantize(Graph& graph, const std::string& name, ValueId stored, ValueId scale, ValueId zero) {
  std::vector<ValueId> inputs{stored, scale};
  if (zero != kNoValue) inputs.push_back(zero);
  const Shape shape = graph.value(stored).type.shape;
  return add_typed(graph, Op::DequantizeLinear, name, std::move(inputs), {{"axis", std::int64_t{0}}}, DType::float32,
                   shape);
}

// A bias of QLinearConv counts in x_scale * w_scale.
ValueId bias_scale(Graph& graph, const std::string& name, ValueId x_scale, ValueId w_scale) {
  const float x = graph.value(x_scale).constant->as<float>()[0];
  std::vector<float> scales;
  for (const float w : graph.value(w_scale).constant->as<float>()) scales.push_back(x * w);
  return graph.add_constant(name + "/scale",
                            Tensor::of(graph.value(w_scale).type.shape, std::span<const float>(scales)));
}

bool fits(const Graph& graph, const Node& node) {
  return is_float_constant(graph, node.input(1)) && is_float_constant(graph, node.input(4)) &&
         is_float_constant(graph, node.input(6)) && graph.value(node.input(1)).type.shape.elements() == 1 &&
         graph.value(node.input(3)).is_constant() && graph.value(node.output()).type.known() &&
         (node.input(8) == kNoValue || graph.value(node.input(8)).is_constant());
}

void expand(Graph& graph, NodeId id) {
  const Node node = graph.node(id);
  const std::string name = graph.value(node.output()).name;
  const ValueId x = dequantize(graph, name + "/input", node.input(0), node.input(1), node.input(2));
  const ValueId w = dequantize(graph, name + "/weights", node.input(3), node.input(4), node.input(5));
  std::vector<ValueId> inputs{x, w};
  if (node.input(8) != kNoValue)
    inputs.push_back(dequantize(graph, name + "/bias", node.input(8),
                                bias_scale(graph, name + "/bias", node.input(1), node.input(4)), kNoValue));
  const Shape shape = graph.value(node.output()).type.shape;
  const ValueId real =
      add_typed(graph, Op::Conv, name + "/exact", std::move(inputs), node.attributes, DType::float32, shape);
  graph.node(graph.value(real).producer).name = node.name;
  Node& made = graph.node(id);
  made.op = Op::QuantizeLinear;
  made.inputs = {real, node.input(6)};
  if (node.input(7) != kNoValue) made.inputs.push_back(node.input(7));
  made.attributes = {};
}

// Of what all the integers that the node moves count in.
std::optional<Steps> steps_moved(const Graph& graph, const Node& node) {
  if (!only_moves(graph, node) || node.op == Op::Pad) return std::nullopt;
  const auto first = steps_of_producer(graph, node.input(0), Op::QuantizeLinear);
  if (!first || graph.value(node.output()).type.dtype != first->dtype) return std::nullopt;
  for (std::size_t i = 1; node.op == Op::Concat && i < node.inputs.size(); ++i)
    if (steps_of_producer(graph, node.inputs[i], Op::QuantizeLinear) != first) return std::nullopt;
  return first;
}

void move_reals(Graph& graph, NodeId id, const Steps& steps) {
  const Node node = graph.node(id);
  const std::string name = graph.value(node.output()).name;
  std::vector<ValueId> inputs = node.inputs;
  const std::size_t moved = node.op == Op::Concat ? inputs.size() : 1;
  for (std::size_t i = 0; i < moved; ++i)
    inputs[i] = add_dequantize(graph, name + "/input", inputs[i], steps);
  const Shape shape = graph.value(node.output()).type.shape;
  const ValueId real =
      add_typed(graph, node.op, name + "/exact", std::move(inputs), node.attributes, DType::float32, shape);
  graph.node(graph.value(real).producer).name = node.name;
  const ValueId scale = graph.add_constant(name + "/scale", Tensor::scalar(steps.scale));
  const ValueId zero = add_zero_point(graph, name, steps);
  Node& made = graph.node(id);
  made.op = Op::QuantizeLinear;
  made.inputs = {real, scale, zero};
  made.attributes = {};
}

}  // namespace

Status expand_quantized_conv(Graph& graph) {
  for (const NodeId id : graph.order()) {
    if (graph.node(id).op == Op::QLinearConv && fits(graph, graph.node(id))) {
      expand(graph, id);
    } else if (const auto steps = steps_moved(graph, graph.node(id))) {
      move_reals(graph, id, *steps);
    }
  }
  graph.prune();
  return {};
}

}  // namespace diolkos::passes
