#include "passes/rewrite.h"

#include <string>

namespace diolkos::passes {

using graph::Graph;
using graph::NodeId;
using graph::ValueId;

std::span<const float> float_constant(const Graph& graph, ValueId id) {
  if (id == graph::kNoValue) return {};
  const graph::Value& value = graph.value(id);
  if (!value.is_constant() || value.type.quantization) return {};
  return value.constant->as<float>();
}

bool same_type(const Graph& graph, ValueId a, ValueId b) {
  const graph::TensorType& left = graph.value(a).type;
  const graph::TensorType& right = graph.value(b).type;
  return left.known() && right.known() && left.dtype == right.dtype && left.shape == right.shape &&
         left.quantization.has_value() == right.quantization.has_value();
}

void set_constant_input(Graph& graph, ReadCounts& reads, NodeId node, std::size_t index, Tensor tensor) {
  const ValueId old = graph.node(node).inputs[index];
  if (reads[old] == 1 && !graph.is_output(old)) {
    graph.value(old).type = {tensor.dtype(), tensor.shape(), {}};
    graph.value(old).constant = std::move(tensor);
    return;
  }
  const std::string name = graph.value(old).name;
  const ValueId made = graph.add_constant(name, std::move(tensor));
  reads.remove(graph.node(node));
  graph.node(node).inputs[index] = made;
  reads.add(graph.node(node));
}

bool bypass(Graph& graph, NodeId node, ValueId kept) {
  const ValueId gone = graph.node(node).output();
  if (graph.value(gone).type.quantization && !graph.value(kept).type.quantization) return false;
  if (graph.is_output(gone)) {
    if (graph.value(kept).producer == graph::kNoNode || graph.is_output(kept)) return false;
    const std::string name = graph.value(gone).name;
    graph.rename(gone, "");
    graph.rename(kept, name);
  }
  graph.replace_uses(gone, kept);
  graph.erase_node(node);
  return true;
}

}  // namespace diolkos::passes
