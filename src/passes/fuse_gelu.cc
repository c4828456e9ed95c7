#include "passes/fuse_gelu.h"

#include <cmath>
#include <string>
#include <vector>

#include "passes/read_counts.h"
#include "passes/rewrite.h"

namespace diolkos::passes {
namespace {

using graph::Graph;
using graph::kNoNode;
using graph::kNoValue;
using graph::NodeId;
using graph::Op;
using graph::ValueId;

bool is_about(const Graph& graph, ValueId id, float wanted) {
  const auto found = graph::constant_scalar(graph, id);
  return found && std::abs(*found - wanted) <= 1e-5f * std::abs(wanted);
}

// The other operand of a commutative node that alone reads `value`, one operand being `wanted`.
ValueId beside(const Graph& graph, NodeId id, float wanted) {
  if (id == kNoNode) return kNoValue;
  const auto constant = input_where(graph.node(id), [&](ValueId value) { return is_about(graph, value, wanted); });
  return constant ? graph.node(id).input(1 - *constant) : kNoValue;
}

struct Matcher {
  const Graph& graph;
  const ReadCounts& reads;

  NodeId sole(ValueId value, Op op) const { return reads.sole_producer(graph, value, op); }

  // The factors of a product, constants among them.
  void collect(const graph::Node& product, std::vector<ValueId>& factors) const {
    for (std::size_t i = 0; i < 2 && factors.size() < 4; ++i) {
      const NodeId inner = sole(product.input(i), Op::Mul);
      if (inner != kNoNode && product.op == Op::Mul) {
        collect(graph.node(inner), factors);
      } else {
        factors.push_back(product.input(i));
      }
    }
  }

  bool is_erf_gate(ValueId gate, ValueId x) const {
    const NodeId erf = sole(beside(graph, sole(gate, Op::Add), 1.0f), Op::Erf);
    if (erf == kNoNode) return false;
    const ValueId inner = graph.node(erf).input(0);
    if (const NodeId quotient = sole(inner, Op::Div); quotient != kNoNode)
      return graph.node(quotient).input(0) == x && is_about(graph, graph.node(quotient).input(1), 1.41421356f);
    return beside(graph, sole(inner, Op::Mul), 0.70710678f) == x;
  }

  bool is_cube(ValueId value, ValueId x) const {
    if (const NodeId power = sole(value, Op::Pow); power != kNoNode)
      return graph.node(power).input(0) == x && is_about(graph, graph.node(power).input(1), 3.0f);
    const NodeId product = sole(value, Op::Mul);
    if (product == kNoNode) return false;
    std::vector<ValueId> factors;
    collect(graph.node(product), factors);
    return factors == std::vector<ValueId>{x, x, x};
  }

  bool is_tanh_gate(ValueId gate, ValueId x) const {
    const NodeId tanh = sole(beside(graph, sole(gate, Op::Add), 1.0f), Op::Tanh);
    if (tanh == kNoNode) return false;
    const NodeId sum = sole(beside(graph, sole(graph.node(tanh).input(0), Op::Mul), 0.79788456f), Op::Add);
    if (sum == kNoNode) return false;
    const graph::Node& node = graph.node(sum);
    const auto self = input_where(node, [&](ValueId value) { return value == x; });
    return self && is_cube(beside(graph, sole(node.input(1 - *self), Op::Mul), 0.044715f), x);
  }

  // x, and whether by tanh; kNoValue where the product is no GELU.
  ValueId argument(const graph::Node& node, bool& by_tanh) const {
    std::vector<ValueId> factors;
    if (node.op != Op::Mul) return kNoValue;
    collect(node, factors);
    if (factors.size() != 3) return kNoValue;
    for (std::size_t half = 0; half < 3; ++half)
      for (std::size_t other = 0; other < 3; ++other) {
        if (half == other || !is_about(graph, factors[half], 0.5f)) continue;
        const ValueId x = factors[other], gate = factors[3 - half - other];
        by_tanh = is_tanh_gate(gate, x);
        if ((by_tanh || is_erf_gate(gate, x)) && same_type(graph, x, node.output())) return x;
      }
    return kNoValue;
  }
};

}  // namespace

Status fuse_gelu(Graph& graph) {
  ReadCounts reads(graph);
  for (const NodeId id : graph.order()) {
    bool by_tanh = false;
    const ValueId x = Matcher{graph, reads}.argument(graph.node(id), by_tanh);
    if (x == kNoValue || graph.value(x).type.dtype != DType::float32) continue;
    graph::Node& node = graph.node(id);
    reads.remove(node);
    node.op = Op::Gelu;
    node.inputs = {x};
    node.attributes = {};
    if (by_tanh) node.attributes.set("approximate", std::string("tanh"));
    reads.add(node);
  }
  graph.prune();
  return {};
}

}  // namespace diolkos::passes
