#include "formats/tflite/legalize.h"

#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "formats/tflite/clip_bounds.h"
#include "graph/infer.h"

namespace diolkos::tflite {
namespace {

using graph::Graph;
using graph::NodeId;
using graph::Op;
using graph::ValueId;

ValueId scalar(Graph& graph, const std::string& name, float value) {
  return graph.add_constant(name, Tensor::scalar(value));
}

// A name for a value that stands for part of `node`.
std::string part(const Graph& graph, NodeId node, std::string_view what) {
  return fmt::format("{}/{}", graph.value(graph.node(node).output()).name, what);
}

// Gives `value` the name and the uses of the node's output, and erases the node.
void replace(Graph& graph, NodeId id, ValueId value) {
  const ValueId old = graph.node(id).output();
  const std::string name = graph.value(old).name;
  graph.rename(old, name + "/replaced");
  graph.rename(value, name);
  graph.replace_uses(old, value);
  graph.erase_node(id);
}

// 1 / alpha, a whole number where it is meant to be one: exporters write 1/6 in float.
float reciprocal(float alpha) {
  const float exact = 1.0f / alpha;
  const float whole = std::round(exact);
  return std::abs(exact - whole) < 1e-4f * std::abs(whole) ? whole : exact;
}

// Adds `shift` to every channel that the convolution makes. False where its bias is not known.
bool shift_bias(Graph& graph, NodeId id, float shift) {
  const graph::Node& conv = graph.node(id);
  const ValueId weights = conv.input(1);
  const ValueId bias = conv.input(2);
  const bool given = bias != graph::kNoValue;
  if (!graph.value(weights).is_constant() || (given && !graph.value(bias).is_constant())) return false;
  const Result<Tensor> before = given ? to_float32(*graph.value(bias).constant)
                                      : Tensor::zeros(DType::float32, Shape{graph.value(weights).type.shape[0]});
  if (!before) return false;
  std::vector<float> after(before->as<float>().begin(), before->as<float>().end());
  for (float& value : after) value += shift;
  const Tensor tensor = Tensor::of(before->shape(), std::span<const float>(after));
  const ValueId shifted = graph.add_constant(part(graph, id, "shifted_bias"), tensor);
  graph.node(id).inputs.resize(3, graph::kNoValue);
  graph.node(id).inputs[2] = shifted;
  return true;
}

// x + shift, in the convolution that makes x where nothing else reads it: of HardSwish x itself is a factor.
ValueId shifted(Graph& graph, NodeId id, ValueId x, float shift) {
  const NodeId conv = graph.node(id).op == Op::HardSigmoid ? graph.sole_producer(x, Op::Conv) : graph::kNoNode;
  if (conv != graph::kNoNode && shift_bias(graph, conv, shift)) return x;
  return graph.add(Op::Add, part(graph, id, "shifted"), {x, scalar(graph, part(graph, id, "shift"), shift)});
}

ValueId hard_sigmoid(Graph& graph, NodeId id, ValueId x, float alpha, float beta) {
  const float high = reciprocal(alpha);
  const float shift = std::abs(beta * high - std::round(beta * high)) < 1e-4f ? std::round(beta * high) : beta * high;
  const ValueId sum = shifted(graph, id, x, shift);
  const ValueId clipped = graph.add(Op::Clip, part(graph, id, "clipped"),
                                    {sum, scalar(graph, part(graph, id, "low"), 0.0f),
                                     scalar(graph, part(graph, id, "high"), high)});
  return graph.add(Op::Mul, part(graph, id, "gate"), {clipped, scalar(graph, part(graph, id, "slope"), alpha)});
}

Status rewrite_hard_sigmoid(Graph& graph, NodeId id) {
  const graph::Node node = graph.node(id);
  const float alpha = node.attributes.float_or("alpha", 0.2f);
  if (!(alpha > 0)) return unsupported(fmt::format("{}: alpha is {}, expected more than 0", describe(node), alpha));
  replace(graph, id, hard_sigmoid(graph, id, node.input(0), alpha, node.attributes.float_or("beta", 0.5f)));
  return {};
}

Status rewrite_hard_swish(Graph& graph, NodeId id) {
  const ValueId x = graph.node(id).input(0);
  const ValueId gate = hard_sigmoid(graph, id, x, 1.0f / 6.0f, 0.5f);
  replace(graph, id, graph.add(Op::Mul, part(graph, id, "gated"), {x, gate}));
  return {};
}

Status rewrite_swish(Graph& graph, NodeId id) {
  const graph::Node node = graph.node(id);
  ValueId x = node.input(0);
  const float alpha = node.attributes.float_or("alpha", 1.0f);
  if (alpha != 1)
    x = graph.add(Op::Mul, part(graph, id, "scaled"), {x, scalar(graph, part(graph, id, "alpha"), alpha)});
  const ValueId gate = graph.add(Op::Sigmoid, part(graph, id, "gate"), {x});
  replace(graph, id, graph.add(Op::Mul, part(graph, id, "gated"), {node.input(0), gate}));
  return {};
}

Status rewrite_batch_norm(Graph& graph, NodeId id) {
  const graph::Node node = graph.node(id);
  Tensor parts[4];
  for (std::size_t i = 0; i < 4; ++i) {
    const graph::Value& value = graph.value(node.input(i + 1));
    if (!value.is_constant()) return unsupported(fmt::format("{}: '{}' must be constant", describe(node), value.name));
    TRY_ASSIGN(parts[i], to_float32(*value.constant));
  }
  Shape shape{parts[0].elements()};
  for (int i = 2; i < graph.value(node.input(0)).type.shape.rank(); ++i) shape.push_back(1);
  TRY_ASSIGN(Tensor scale, Tensor::zeros(DType::float32, shape));
  TRY_ASSIGN(Tensor shift, Tensor::zeros(DType::float32, shape));
  const double epsilon = node.attributes.float_or("epsilon", 1e-5f);
  for (std::size_t c = 0; c < scale.as<float>().size(); ++c) {
    const double factor = parts[0].as<float>()[c] / std::sqrt(parts[3].as<float>()[c] + epsilon);
    scale.mutable_as<float>()[c] = static_cast<float>(factor);
    shift.mutable_as<float>()[c] = static_cast<float>(parts[1].as<float>()[c] - factor * parts[2].as<float>()[c]);
  }
  const ValueId scaled = graph.add(Op::Mul, part(graph, id, "scaled"),
                                   {node.input(0), graph.add_constant(part(graph, id, "scale"), scale)});
  replace(graph, id, graph.add(Op::Add, part(graph, id, "shifted"),
                               {scaled, graph.add_constant(part(graph, id, "shift"), shift)}));
  return {};
}

Status rewrite_clip(Graph& graph, NodeId id) {
  const graph::Node node = graph.node(id);
  const auto bounds = clip_bounds(graph, node);
  if (!bounds) return unsupported(fmt::format("{}: its bounds must be constant for TFLite", describe(node)));
  if (activation_of(*bounds)) return {};
  ValueId value = node.input(0);
  if (std::isfinite(bounds->low)) value = graph.add(Op::Max, part(graph, id, "max"), {value, node.input(1)});
  if (std::isfinite(bounds->high)) value = graph.add(Op::Min, part(graph, id, "min"), {value, node.input(2)});
  if (value == node.input(0)) value = graph.add(Op::Identity, part(graph, id, "same"), {value});
  replace(graph, id, value);
  return {};
}

Status rewrite_many(Graph& graph, NodeId id) {
  const graph::Node node = graph.node(id);
  if (node.inputs.size() == 2) return {};
  ValueId value = node.input(0);
  if (node.inputs.size() == 1) value = graph.add(Op::Identity, part(graph, id, "same"), {value});
  for (std::size_t i = 1; i < node.inputs.size(); ++i)
    value = graph.add(node.op, part(graph, id, "pair"), {value, node.input(i)});
  replace(graph, id, value);
  return {};
}

Status rewrite(Graph& graph, NodeId id, const LegalizeOptions& options) {
  switch (graph.node(id).op) {
    case Op::HardSigmoid: return rewrite_hard_sigmoid(graph, id);
    case Op::HardSwish: return options.hard_swish ? Status{} : rewrite_hard_swish(graph, id);
    case Op::Swish: return rewrite_swish(graph, id);
    case Op::BatchNormalization: return rewrite_batch_norm(graph, id);
    case Op::Clip: return rewrite_clip(graph, id);
    case Op::Max:
    case Op::Min: return rewrite_many(graph, id);
    default: return {};
  }
}

}  // namespace

Status legalize(Graph& graph, const LegalizeOptions& options) {
  for (NodeId id : graph.order()) TRY(rewrite(graph, id, options));
  graph.prune();
  return graph::infer_shapes(graph);
}

}  // namespace diolkos::tflite
