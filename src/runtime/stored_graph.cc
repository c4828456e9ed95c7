#include "runtime/stored_graph.h"

#include <vector>

#include "graph/text.h"
#include "graph/verify.h"
#include "runtime/planner.h"

namespace diolkos::runtime {
namespace {

using graph::ValueId;

// What kernels pack: nothing else may be without elements.
bool is_packed_operand(const graph::Node& node, std::size_t index) {
  return (node.op == graph::Op::Conv || node.op == graph::Op::FusedConv) && (index == 1 || index == 2);
}

Status check_hollow(const graph::Graph& graph) {
  for (const graph::NodeId id : graph.order()) {
    const graph::Node& node = graph.node(id);
    for (std::size_t i = 0; i < node.inputs.size(); ++i)
      if (node.inputs[i] != graph::kNoValue && is_hollow(graph.value(node.inputs[i])) && !is_packed_operand(node, i))
        return invalid(graph::describe(node) + ": reads a constant whose elements are not stored");
  }
  for (const ValueId id : graph.outputs())
    if (is_hollow(graph.value(id))) return invalid("an output is a constant whose elements are not stored");
  return {};
}

}  // namespace

std::string graph_to_text(const graph::Graph& graph) {
  graph::Graph stored = graph;
  const std::size_t count = graph.value_count();
  for (std::size_t i = 0; i < count; ++i) {
    const auto id = static_cast<ValueId>(i);
    if (is_hollow(graph.value(id)) && !graph.users(id).empty())
      stored.replace_uses(id, stored.add_input(graph.value(id).name, graph.value(id).type));
  }
  stored.prune();
  return graph::to_text(stored);
}

Result<graph::Graph> graph_from_text(std::string_view text, std::size_t inputs) {
  TRY_ASSIGN(graph::Graph graph, graph::parse_text(text));
  const std::vector<ValueId> all(graph.inputs().begin(), graph.inputs().end());
  for (std::size_t i = inputs; i < all.size(); ++i) {
    const graph::TensorType& type = graph.value(all[i]).type;
    if (!type.known()) return invalid("the type of a stored constant is open");
    graph.make_constant(all[i], Tensor::view(type.dtype, type.shape, nullptr));
  }
  TRY(graph::verify(graph));
  TRY(check_hollow(graph));
  return graph;
}

}  // namespace diolkos::runtime
