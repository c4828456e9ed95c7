#include "passes/pooled_branch_as_bias.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "graph/resize_parameters.h"
#include "graph/window.h"
#include "passes/rewrite.h"

namespace diolkos::passes {
namespace {

using graph::Graph;
using graph::kNoNode;
using graph::kNoValue;
using graph::Node;
using graph::NodeId;
using graph::Op;
using graph::ValueId;

constexpr std::int64_t kBlock = 16;

// Of one of several concatenated images.
struct Branch {
  std::size_t index;
  std::int64_t first_channel;
  ValueId pixel;  // that is resized
};

const Shape& shape_of(const Graph& graph, ValueId id) { return graph.value(id).type.shape; }

bool is_image(const Graph& graph, ValueId id) {
  return graph.value(id).type.known() && graph.value(id).type.dtype == DType::float32 &&
         shape_of(graph, id).rank() == 4 && shape_of(graph, id)[0] == 1;
}

bool spreads_a_pixel(const Graph& graph, const Node& node) {
  if (node.op != Op::Resize || !is_image(graph, node.input(0))) return false;
  const Shape& pixel = shape_of(graph, node.input(0));
  if (pixel[2] != 1 || pixel[3] != 1 || pixel[1] != shape_of(graph, node.output())[1]) return false;
  const auto resize = graph::resolve_resize(graph, node);
  return resize && resize->mode != graph::ResizeMode::cubic &&
         resize->coordinates != graph::ResizeCoordinates::tf_crop_and_resize;
}

std::optional<Branch> spread_branch(const Graph& graph, const Node& concat) {
  std::int64_t channel = 0;
  for (std::size_t i = 0; i < concat.inputs.size(); ++i) {
    if (!is_image(graph, concat.input(i))) return std::nullopt;
    const NodeId producer = graph.value(concat.input(i)).producer;
    if (producer != kNoNode && spreads_a_pixel(graph, graph.node(producer)))
      return Branch{i, channel, graph.node(producer).input(0)};
    channel += shape_of(graph, concat.input(i))[1];
  }
  return std::nullopt;
}

bool is_pointwise(const Graph& graph, const Node& node) {
  if (node.op != Op::Conv || float_constant(graph, node.input(1)).empty()) return false;
  if (node.input(2) != kNoValue && float_constant(graph, node.input(2)).empty()) return false;
  const auto window = graph::resolve_window(graph, node);
  if (!window || window->spatial_rank != 2 || window->groups != 1) return false;
  for (std::size_t axis = 0; axis < 2; ++axis)
    if ((*window)[axis].kernel != 1 || (*window)[axis].stride != 1 || (*window)[axis].input != (*window)[axis].output)
      return false;
  return shape_of(graph, node.input(1))[0] % kBlock == 0;
}

// Columns [first, first + count) of a matrix of filters, or all others.
Result<Tensor> columns(const Graph& graph, ValueId weights, std::int64_t first, std::int64_t count, bool others) {
  const Shape& shape = shape_of(graph, weights);
  const std::int64_t inputs = shape[1];
  TRY_ASSIGN(Tensor made, Tensor::zeros(DType::float32, {shape[0], others ? inputs - count : count, 1, 1}));
  const auto from = float_constant(graph, weights);
  auto to = made.mutable_as<float>().begin();
  for (std::int64_t o = 0; o < shape[0]; ++o)
    for (std::int64_t i = 0; i < inputs; ++i)
      if ((i >= first && i < first + count) != others) *to++ = from[static_cast<std::size_t>(o * inputs + i)];
  return made;
}

ValueId added(Graph& graph, Op op, const std::string& name, std::vector<ValueId> inputs, Shape shape) {
  const ValueId made = graph.add(op, name, std::move(inputs));
  graph.value(made).type = {DType::float32, std::move(shape), {}};
  return made;
}

Status split(Graph& graph, NodeId id, NodeId concat, const Branch& branch) {
  const std::string name = graph.value(graph.node(id).output()).name;
  const ValueId weights = graph.node(id).input(1);
  const std::int64_t outputs = shape_of(graph, weights)[0], channels = shape_of(graph, branch.pixel)[1];
  TRY_ASSIGN(Tensor of_pixel, columns(graph, weights, branch.first_channel, channels, false));
  TRY_ASSIGN(Tensor of_others, columns(graph, weights, branch.first_channel, channels, true));
  const std::array<std::int64_t, 1> vector{outputs};
  const ValueId w = graph.add_constant(name + "/pooled_weights", std::move(of_pixel));
  const ValueId pixel =
      added(graph, Op::Conv, name + "/pooled", {branch.pixel, w, graph.node(id).input(2)}, {1, outputs, 1, 1});
  const ValueId shape =
      graph.add_constant(name + "/bias_shape", Tensor::of(Shape{1}, std::span<const std::int64_t>(vector)));
  const ValueId bias = added(graph, Op::Reshape, name + "/bias", {pixel, shape}, {outputs});
  ReadCounts reads(graph);
  set_constant_input(graph, reads, id, 1, std::move(of_others));
  Node& node = graph.node(id);
  node.inputs.resize(3, kNoValue);
  node.inputs[2] = bias;
  std::vector<ValueId> rest = graph.node(concat).inputs;
  rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(branch.index));
  if (rest.size() == 1) {
    node.inputs[0] = rest.front();
    graph.erase_node(concat);
    return {};
  }
  graph.node(concat).inputs = rest;
  Shape& joined = graph.value(graph.node(concat).output()).type.shape;
  joined = {1, joined[1] - channels, joined[2], joined[3]};
  return {};
}

}  // namespace

Status pooled_branch_as_bias(Graph& graph) {
  for (const NodeId id : graph.order()) {
    if (!is_pointwise(graph, graph.node(id))) continue;
    const NodeId concat = graph.sole_producer(graph.node(id).input(0), Op::Concat);
    if (concat == kNoNode || graph.node(concat).inputs.size() < 2) continue;
    const std::int64_t axis = graph.node(concat).attributes.int_or("axis", 0);
    if (axis != 1 && axis != -3) continue;
    if (const auto branch = spread_branch(graph, graph.node(concat))) TRY(split(graph, id, concat, *branch));
  }
  return {};
}

}  // namespace diolkos::passes
