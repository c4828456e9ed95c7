#include "passes/merge_transposes.h"

#include <algorithm>
#include <vector>

namespace diolkos::passes {

using graph::Graph;
using graph::NodeId;
using graph::Op;

namespace {

// Empty where the axes are not told: by default they are reversed, which needs the rank.
std::vector<std::int64_t> permutation(const Graph& graph, const graph::Node& node) {
  std::vector<std::int64_t> axes = node.attributes.ints_or("perm", {});
  const graph::TensorType& type = graph.value(node.output()).type;
  if (axes.empty() && type.known())
    for (int axis = type.shape.rank(); axis-- > 0;) axes.push_back(axis);
  return axes;
}

}  // namespace

Status merge_transposes(Graph& graph) {
  for (const NodeId id : graph.order()) {
    graph::Node& node = graph.node(id);
    if (node.op != Op::Transpose) continue;
    const NodeId before = graph.value(node.input(0)).producer;
    if (!graph.contains(before) || graph.node(before).op != Op::Transpose) continue;
    const auto first = permutation(graph, graph.node(before));
    auto second = permutation(graph, node);
    const auto size = std::ssize(first);
    if (size == 0 || std::ssize(second) != size) continue;
    if (std::any_of(second.begin(), second.end(), [&](std::int64_t axis) { return axis < 0 || axis >= size; }))
      continue;
    for (std::int64_t& axis : second) axis = first[static_cast<std::size_t>(axis)];
    node.inputs[0] = graph.node(before).input(0);
    node.attributes.set("perm", std::move(second));
  }
  graph.prune();
  return {};
}

}  // namespace diolkos::passes
