#include "graph/count.h"

#include <limits>
#include <vector>

namespace diolkos::graph {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

std::int64_t times(std::int64_t a, std::int64_t b) {
  std::int64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? kMost : product;
}

const Shape* known_shape(const Graph& graph, ValueId id) {
  return id != kNoValue && graph.value(id).type.known() ? &graph.value(id).type.shape : nullptr;
}

bool is_product(Op op) {
  return op == Op::Conv || op == Op::FusedConv || op == Op::ConvTranspose || op == Op::Gemm || op == Op::MatMul;
}

// What stands in Resize's and Clip's constants configures them; it was not learnt. Quantized weights were.
bool is_learnt(const Node& node, const Tensor& constant) {
  if (constant.shape().rank() == 0 || node.op == Op::Resize || node.op == Op::Clip) return false;
  return is_float(constant.dtype()) || is_product(node.op);
}

}  // namespace

std::int64_t multiply_adds(const Graph& graph, NodeId id) {
  const Node& node = graph.node(id);
  const Shape* input = known_shape(graph, node.input(0));
  const Shape* weight = known_shape(graph, node.input(node.op == Op::QLinearConv ? 3 : 1));
  const Shape* output = known_shape(graph, node.output());
  if (input == nullptr || weight == nullptr || output == nullptr) return 0;
  switch (node.op) {
    case Op::Conv:
    case Op::FusedConv:
    case Op::ConvInteger:
    case Op::QLinearConv:  // each output meets one filter
      return (*weight)[0] == 0 ? 0 : times(output->elements(), weight->elements() / (*weight)[0]);
    case Op::ConvTranspose:  // each input meets its slice of the filters
      return (*weight)[0] == 0 ? 0 : times(input->elements(), weight->elements() / (*weight)[0]);
    case Op::FusedAttention:  // two products of each query with each key
      return times(2 * (*weight)[1], input->elements());
    case Op::Gemm: return times(output->elements(), (*input)[node.attributes.int_or("transA", 0) != 0 ? 0 : 1]);
    case Op::MatMul: return times(output->elements(), (*input)[input->rank() - 1]);
    default: return 0;
  }
}

std::int64_t multiply_adds(const Graph& graph) {
  std::int64_t sum = 0;
  for (NodeId id : graph.order())
    if (__builtin_add_overflow(sum, multiply_adds(graph, id), &sum)) return kMost;
  return sum;
}

std::int64_t parameters(const Graph& graph) {
  std::vector<bool> counted(graph.value_count(), false);
  std::int64_t sum = 0;
  for (NodeId id : graph.order()) {
    for (ValueId input : graph.node(id).inputs) {
      if (input == kNoValue || counted[static_cast<std::size_t>(input)]) continue;
      const auto& constant = graph.value(input).constant;
      if (!constant || !is_learnt(graph.node(id), *constant)) continue;
      counted[static_cast<std::size_t>(input)] = true;
      sum += constant->elements();
    }
  }
  return sum;
}

}  // namespace diolkos::graph
