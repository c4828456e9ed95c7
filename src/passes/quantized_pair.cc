#include "passes/quantized_pair.h"

#include <cmath>

namespace diolkos::passes {

using graph::Graph;
using graph::kNoNode;
using graph::kNoValue;
using graph::Node;
using graph::Op;
using graph::ValueId;

namespace {

std::optional<std::int32_t> constant_zero(const Graph& graph, ValueId id) {
  if (id == kNoValue) return 0;
  const auto zero = graph::constant_ints(graph, id);
  if (!zero || zero->size() != 1) return std::nullopt;
  return static_cast<std::int32_t>(zero->front());
}

// Resizing in between of one pixel is that pixel.
bool repeats_pixels(const Graph& graph, const Node& node) {
  if (node.attributes.string_or("coordinate_transformation_mode", "half_pixel") == "tf_crop_and_resize") return false;
  const std::string_view mode = node.attributes.string_or("mode", "nearest");
  if (mode == "nearest") return true;
  const Shape& x = graph.value(node.input(0)).type.shape;
  const Shape& y = graph.value(node.output()).type.shape;
  return mode == "linear" && node.attributes.int_or("antialias", 0) == 0 && x.rank() == 4 && x[2] == 1 && x[3] == 1 &&
         x[0] == y[0] && x[1] == y[1];
}

}  // namespace

std::optional<Steps> steps_of(const Graph& graph, const Node& node) {
  const bool quantizes = node.op == Op::QuantizeLinear;
  if (!quantizes && node.op != Op::DequantizeLinear) return std::nullopt;
  const auto& real = graph.value(quantizes ? node.input(0) : node.output()).type;
  const auto& stored = graph.value(quantizes ? node.output() : node.input(0)).type;
  if (real.dtype != DType::float32 || (stored.dtype != DType::int8 && stored.dtype != DType::uint8))
    return std::nullopt;
  const auto scale = graph::constant_scalar(graph, node.input(1));
  const auto zero = constant_zero(graph, node.input(2));
  if (!scale || !zero || !(*scale > 0) || !std::isfinite(*scale)) return std::nullopt;
  return Steps{*scale, *zero, stored.dtype};
}

std::optional<Steps> steps_of_producer(const Graph& graph, ValueId id, Op op) {
  if (id == kNoValue) return std::nullopt;
  const graph::NodeId producer = graph.value(id).producer;
  if (producer == kNoNode || graph.node(producer).op != op) return std::nullopt;
  return steps_of(graph, graph.node(producer));
}

ValueId add_zero_point(Graph& graph, const std::string& name, const Steps& steps) {
  const std::string of = name + "/zero_point";
  if (steps.dtype == DType::uint8)
    return graph.add_constant(of, Tensor::scalar(static_cast<std::uint8_t>(steps.zero)));
  return graph.add_constant(of, Tensor::scalar(static_cast<std::int8_t>(steps.zero)));
}

namespace {

ValueId add_converter(Graph& graph, Op op, const std::string& name, ValueId from, const Steps& steps, DType dtype) {
  const Shape shape = graph.value(from).type.shape;
  const ValueId scale = graph.add_constant(name + "/scale", Tensor::scalar(steps.scale));
  const ValueId zero = add_zero_point(graph, name, steps);
  const ValueId made = graph.add(op, name, {from, scale, zero});
  graph.value(made).type = {dtype, shape, {}};
  return made;
}

}  // namespace

ValueId add_quantize(Graph& graph, const std::string& name, ValueId real, const Steps& steps) {
  return add_converter(graph, Op::QuantizeLinear, name, real, steps, steps.dtype);
}

ValueId add_dequantize(Graph& graph, const std::string& name, ValueId stored, const Steps& steps) {
  return add_converter(graph, Op::DequantizeLinear, name, stored, steps, DType::float32);
}

bool only_moves(const Graph& graph, const Node& node) {
  if (node.outputs.size() != 1) return false;
  switch (node.op) {
    case Op::MaxPool:
    case Op::GlobalMaxPool:
    case Op::ReduceMax:
    case Op::Reshape:
    case Op::Flatten:
    case Op::Squeeze:
    case Op::Unsqueeze:
    case Op::Transpose:
    case Op::Slice:
    case Op::Concat:
    case Op::DepthToSpace:
    case Op::SpaceToDepth:
    case Op::Gather:
    case Op::Expand:
    case Op::Tile:
    case Op::Pad:
    case Op::Identity: return true;
    case Op::Resize: return repeats_pixels(graph, node);
    default: return false;
  }
}

}  // namespace diolkos::passes
