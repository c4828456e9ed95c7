#include "passes/fold_dequantized_constants.h"

#include <vector>

#include "reference/evaluate.h"

namespace diolkos::passes {
namespace {

using graph::Graph;
using graph::kNoValue;
using graph::Node;
using graph::NodeId;
using graph::Op;
using graph::ValueId;

bool is_foldable(const Graph& graph, const Node& node) {
  if (node.op != Op::DequantizeLinear || graph.is_output(node.output()) || !graph.value(node.output()).type.known())
    return false;
  for (const ValueId input : node.inputs)
    if (input != kNoValue && !graph.value(input).is_constant()) return false;
  return true;
}

}  // namespace

Status fold_dequantized_constants(Graph& graph) {
  for (const NodeId id : graph.order()) {
    const Node& node = graph.node(id);
    if (!is_foldable(graph, node)) continue;
    std::vector<Tensor> inputs;
    for (const ValueId input : node.inputs)
      inputs.push_back(input == kNoValue ? Tensor() : *graph.value(input).constant);
    const graph::TensorType& type = graph.value(node.output()).type;
    TRY_ASSIGN(Tensor real, Tensor::zeros(type.dtype, type.shape));
    TRY(reference::evaluate(graph, node, inputs, std::span(&real, 1)));
    graph.make_constant(node.output(), std::move(real));
  }
  graph.prune();
  return {};
}

}  // namespace diolkos::passes
