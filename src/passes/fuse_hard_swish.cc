#include "passes/fuse_hard_swish.h"

#include <cmath>

#include "passes/hard_pattern.h"
#include "passes/rewrite.h"

namespace diolkos::passes {

using graph::Graph;
using graph::kNoValue;
using graph::NodeId;
using graph::Op;
using graph::ValueId;

namespace {

// x where `value` is HardSigmoid(x) with HardSwish's slope.
ValueId hard_sigmoid_input(const Graph& graph, ValueId value) {
  const NodeId producer = graph.sole_producer(value, Op::HardSigmoid);
  if (producer == graph::kNoNode) return kNoValue;
  const graph::Node& node = graph.node(producer);
  const bool fits = std::abs(node.attributes.float_or("alpha", 0.2f) - 1.0f / 6.0f) <= 1e-7f &&
                    node.attributes.float_or("beta", 0.5f) == 0.5f;
  return fits ? node.input(0) : kNoValue;
}

// x where `node` is x * gate(x), gate_input giving the x of a gate.
template <class GateInput>
ValueId gated_input(const Graph& graph, const graph::Node& node, GateInput gate_input) {
  if (node.op != Op::Mul) return kNoValue;
  const auto gate = input_where(node, [&](ValueId id) { return gate_input(graph, id) != kNoValue; });
  if (!gate) return kNoValue;
  const ValueId x = gate_input(graph, node.input(*gate));
  return node.input(1 - *gate) == x ? x : kNoValue;
}

ValueId swished_input(const Graph& graph, const graph::Node& node) {
  const ValueId x = gated_input(graph, node, hard_sigmoid_input);
  if (x != kNoValue) return x;
  const NodeId product = graph.sole_producer(sixth_of(graph, node), Op::Mul);
  return product == graph::kNoNode ? kNoValue : gated_input(graph, graph.node(product), shifted_relu6_input);
}

}  // namespace

Status fuse_hard_swish(Graph& graph) {
  for (const NodeId id : graph.order()) {
    const ValueId x = swished_input(graph, graph.node(id));
    if (x == kNoValue || !same_type(graph, x, graph.node(id).output())) continue;
    graph::Node& node = graph.node(id);
    node.op = Op::HardSwish;
    node.inputs = {x};
    node.attributes = {};
  }
  graph.prune();
  return {};
}

}  // namespace diolkos::passes
