#include "passes/head_tokens.h"

#include "passes/rewrite.h"
#include "passes/tokens.h"

namespace diolkos::passes {
namespace {

using graph::Graph;
using graph::kNoValue;
using graph::NodeId;
using graph::Op;
using graph::ValueId;

using Order = std::vector<std::int64_t>;

const graph::Node* producer_of(const Graph& graph, ValueId value) {
  const NodeId producer = graph.value(value).producer;
  return graph.contains(producer) ? &graph.node(producer) : nullptr;
}

// Reshape(tokens) to [batch][token][heads][depth].
std::optional<HeadTokens> split_tokens(const Graph& graph, ValueId split) {
  const ValueId tokens = split == kNoValue ? kNoValue : reshaped_from(graph, split);
  if (!is_float_tensor(graph, tokens, 3) || !is_float_tensor(graph, split, 4)) return std::nullopt;
  const Shape& from = graph.value(tokens).type.shape;
  const Shape& to = graph.value(split).type.shape;
  if (to[0] != from[0] || to[1] != from[1]) return std::nullopt;
  return HeadTokens{tokens, 0, 1, to[2], to[3]};
}

// The slot that Squeeze(Split(x)) or Gather(x, constant) takes from the first axis; x behind it.
struct Slot {
  ValueId all;
  std::int64_t index;
};
std::optional<Slot> slot_of(const Graph& graph, ValueId value) {
  const graph::Node* const node = producer_of(graph, value);
  if (node == nullptr) return std::nullopt;
  if (node->op == Op::Gather) {
    const auto index = graph::constant_ints(graph, node->input(1));
    if (node->attributes.int_or("axis", 0) != 0 || !index || index->size() != 1 || index->front() < 0)
      return std::nullopt;
    return Slot{node->input(0), index->front()};
  }
  if (node->op != Op::Squeeze && node->op != Op::Reshape) return std::nullopt;
  const graph::Node* const split = producer_of(graph, node->input(0));
  if (split == nullptr || split->op != Op::Split || split->attributes.int_or("axis", 0) != 0) return std::nullopt;
  for (std::size_t i = 0; i < split->outputs.size(); ++i)
    if (split->outputs[i] == node->input(0)) {
      const graph::TensorType& part = graph.value(node->input(0)).type;
      if (!part.known() || part.shape.rank() != 5 || part.shape[0] != 1) return std::nullopt;
      return Slot{split->input(0), static_cast<std::int64_t>(i)};
    }
  return std::nullopt;
}

// A slot of [slots][batch][head][token][depth], which Transpose and Reshape make of tokens.
std::optional<HeadTokens> slot_tokens(const Graph& graph, ValueId value) {
  const auto slot = slot_of(graph, value);
  if (!slot) return std::nullopt;
  const ValueId split = transposed_from(graph, slot->all, Order{2, 0, 3, 1, 4});
  const ValueId tokens = split == kNoValue ? kNoValue : reshaped_from(graph, split);
  if (!is_float_tensor(graph, tokens, 3) || !is_float_tensor(graph, split, 5)) return std::nullopt;
  const Shape& from = graph.value(tokens).type.shape;
  const Shape& to = graph.value(split).type.shape;
  if (to[0] != from[0] || to[1] != from[1] || slot->index >= to[2]) return std::nullopt;
  return HeadTokens{tokens, slot->index, to[2], to[3], to[4]};
}

// Columns [first, first + count) of rows of `width`.
Result<Tensor> columns(std::span<const float> from, std::int64_t width, std::int64_t first, std::int64_t count,
                       Shape shape) {
  TRY_ASSIGN(Tensor made, Tensor::zeros(DType::float32, std::move(shape)));
  auto to = made.mutable_as<float>().begin();
  for (std::int64_t row = 0; row < std::ssize(from) / width; ++row)
    for (std::int64_t c = first; c < first + count; ++c) *to++ = from[static_cast<std::size_t>(row * width + c)];
  return made;
}

// The matrix, and what is added to its product, behind tokens; both constants.
struct Product {
  ValueId x = kNoValue, matrix = kNoValue, bias = kNoValue;
};
std::optional<Product> product_of(const Graph& graph, ValueId tokens) {
  const std::int64_t width = graph.value(tokens).type.shape[2];
  const graph::Node* node = producer_of(graph, tokens);
  Product found;
  if (node != nullptr && node->op == Op::Add) {
    const auto constant = input_where(*node, [&](ValueId id) {
      return !float_constant(graph, id).empty() && graph.value(id).type.shape == Shape{width};
    });
    if (!constant) return std::nullopt;
    found.bias = node->input(*constant);
    node = producer_of(graph, node->input(1 - *constant));
  }
  if (node == nullptr || node->op != Op::MatMul || float_constant(graph, node->input(1)).empty() ||
      graph.value(node->input(1)).type.shape.rank() != 2)
    return std::nullopt;
  found.x = node->input(0);
  found.matrix = node->input(1);
  return found;
}

}  // namespace

std::optional<HeadTokens> head_tokens(const Graph& graph, ValueId value, bool turned) {
  const ValueId split = transposed_from(graph, value, turned ? Order{0, 2, 3, 1} : Order{0, 2, 1, 3});
  if (const auto found = split_tokens(graph, split)) return found;
  if (!turned) return slot_tokens(graph, value);
  const ValueId heads = transposed_from(graph, value, Order{0, 1, 3, 2});
  return heads == kNoValue ? std::nullopt : head_tokens(graph, heads, false);
}

Result<ValueId> tokens_of_slot(Graph& graph, const HeadTokens& head, const std::string& name) {
  if (head.slots == 1) return head.tokens;
  const Shape whole = graph.value(head.tokens).type.shape;
  const std::int64_t count = head.heads * head.depth, first = head.slot * count, width = whole[2];
  const Shape part{whole[0], whole[1], count};
  const auto product = product_of(graph, head.tokens);
  if (!product) {
    const auto bound = [&](const char* role, std::int64_t at) {
      return add_shape(graph, name + role, Shape{at});
    };
    const ValueId starts = bound("/starts", first), ends = bound("/ends", first + count), axes = bound("/axes", 2);
    return add_typed(graph, Op::Slice, name, {head.tokens, starts, ends, axes}, part);
  }
  const std::int64_t inner = graph.value(product->matrix).type.shape[0];
  TRY_ASSIGN(Tensor matrix, columns(float_constant(graph, product->matrix), width, first, count, {inner, count}));
  const ValueId weights = graph.add_constant(name + "/matrix", std::move(matrix));
  const ValueId made = add_typed(graph, Op::MatMul, name, {product->x, weights}, part);
  if (product->bias == kNoValue) return made;
  TRY_ASSIGN(Tensor bias, columns(float_constant(graph, product->bias), width, first, count, {count}));
  const ValueId plus = graph.add_constant(name + "/bias", std::move(bias));
  return add_typed(graph, Op::Add, name + "/sum", {made, plus}, part);
}

}  // namespace diolkos::passes
