#include "passes/read_counts.h"

namespace diolkos::passes {

using graph::Graph;
using graph::kNoNode;
using graph::kNoValue;
using graph::Node;
using graph::NodeId;
using graph::ValueId;

ReadCounts::ReadCounts(const Graph& graph) : counts_(graph.value_count(), 0) {
  for (const NodeId id : graph.order()) add(graph.node(id));
}

void ReadCounts::remove(const Node& node) {
  for (const ValueId input : node.inputs)
    if (input != kNoValue) --counts_[static_cast<std::size_t>(input)];
}

void ReadCounts::add(const Node& node) {
  for (const ValueId input : node.inputs) {
    if (input == kNoValue) continue;
    const auto index = static_cast<std::size_t>(input);
    if (index >= counts_.size()) counts_.resize(index + 1, 0);
    ++counts_[index];
  }
}

std::size_t ReadCounts::operator[](ValueId id) const {
  const auto index = static_cast<std::size_t>(id);
  return index < counts_.size() ? counts_[index] : 0;
}

NodeId ReadCounts::sole_producer(const Graph& graph, ValueId id, graph::Op op) const {
  if (id == kNoValue || (*this)[id] != 1 || graph.is_output(id)) return kNoNode;
  const NodeId producer = graph.value(id).producer;
  return graph.contains(producer) && graph.node(producer).op == op ? producer : kNoNode;
}

}  // namespace diolkos::passes
