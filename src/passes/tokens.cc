#include "passes/tokens.h"

namespace diolkos::passes {

using graph::Graph;
using graph::kNoValue;
using graph::NodeId;
using graph::Op;
using graph::ValueId;

namespace {

const graph::Node* producer_of(const Graph& graph, ValueId value, Op op) {
  if (value == kNoValue) return nullptr;
  const NodeId producer = graph.value(value).producer;
  return graph.contains(producer) && graph.node(producer).op == op ? &graph.node(producer) : nullptr;
}

const std::vector<std::int64_t> kTurned{0, 2, 1};

}  // namespace

ValueId add_shape(Graph& graph, const std::string& name, const Shape& shape) {
  return graph.add_constant(name, Tensor::of<std::int64_t>(Shape{shape.rank()}, shape.dims()));
}

ValueId add_typed(Graph& graph, Op op, const std::string& name, std::vector<ValueId> inputs, Shape shape,
                  graph::Attributes attributes) {
  const ValueId made = graph.add(op, name, std::move(inputs), std::move(attributes));
  graph.value(made).type = {DType::float32, shape, {}};
  return made;
}

ValueId transposed_from(const Graph& graph, ValueId value, const std::vector<std::int64_t>& order) {
  const graph::Node* const node = producer_of(graph, value, Op::Transpose);
  return node != nullptr && node->attributes.ints_or("perm", {}) == order ? node->input(0) : kNoValue;
}

ValueId reshaped_from(const Graph& graph, ValueId value) {
  const graph::Node* const node = producer_of(graph, value, Op::Reshape);
  return node != nullptr && graph.value(node->input(0)).type.known() ? node->input(0) : kNoValue;
}

ValueId image_of_tokens(const Graph& graph, ValueId tokens) {
  const ValueId turned = transposed_from(graph, tokens, kTurned), image = reshaped_from(graph, turned);
  if (image == kNoValue || !is_float_tensor(graph, image, 4)) return kNoValue;
  const Shape& from = graph.value(image).type.shape;
  const Shape& to = graph.value(turned).type.shape;
  return from[0] == to[0] && from[1] == to[1] ? image : kNoValue;
}

ValueId tokens_of_image(const Graph& graph, ValueId image) {
  const ValueId turned = reshaped_from(graph, image), tokens = transposed_from(graph, turned, kTurned);
  if (tokens == kNoValue || !is_float_tensor(graph, tokens, 3) || !is_float_tensor(graph, image, 4)) return kNoValue;
  const Shape& from = graph.value(tokens).type.shape;
  const Shape& to = graph.value(image).type.shape;
  return from[0] == to[0] && from[2] == to[1] ? tokens : kNoValue;
}

bool is_float_tensor(const Graph& graph, ValueId id, int rank) {
  if (id == kNoValue) return false;
  const graph::TensorType& type = graph.value(id).type;
  return type.known() && type.dtype == DType::float32 && type.shape.rank() == rank && type.shape.elements() > 0;
}

}  // namespace diolkos::passes
