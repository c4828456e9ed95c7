#include "passes/hard_pattern.h"

#include <cmath>

#include "passes/rewrite.h"

namespace diolkos::passes {

using graph::Graph;
using graph::kNoValue;
using graph::NodeId;
using graph::Op;
using graph::ValueId;

namespace {

bool is_about(const Graph& graph, ValueId id, float wanted) {
  const auto found = graph::constant_scalar(graph, id);
  return found && std::abs(*found - wanted) <= 1e-6f * wanted;
}

}  // namespace

ValueId shifted_relu6_input(const Graph& graph, ValueId value) {
  const NodeId clip = graph.sole_producer(value, Op::Clip);
  if (clip == graph::kNoNode) return kNoValue;
  const graph::Node& bounds = graph.node(clip);
  if (graph::constant_scalar(graph, bounds.input(1)) != 0.0f || graph::constant_scalar(graph, bounds.input(2)) != 6.0f)
    return kNoValue;
  const NodeId add = graph.sole_producer(bounds.input(0), Op::Add);
  if (add == graph::kNoNode) return kNoValue;
  const graph::Node& sum = graph.node(add);
  const auto three = input_where(sum, [&](ValueId id) { return graph::constant_scalar(graph, id) == 3.0f; });
  if (!three) return kNoValue;
  const ValueId x = sum.input(1 - *three);
  return same_type(graph, x, value) ? x : kNoValue;
}

ValueId sixth_of(const Graph& graph, const graph::Node& node) {
  ValueId v = kNoValue;
  if (node.op == Op::Div && is_about(graph, node.input(1), 6.0f)) {
    v = node.input(0);
  } else if (node.op == Op::Mul) {
    const auto sixth = input_where(node, [&](ValueId id) { return is_about(graph, id, 1.0f / 6.0f); });
    if (sixth) v = node.input(1 - *sixth);
  }
  return v != kNoValue && same_type(graph, v, node.output()) ? v : kNoValue;
}

}  // namespace diolkos::passes
