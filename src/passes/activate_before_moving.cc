#include "passes/activate_before_moving.h"

#include <string>

#include "passes/read_counts.h"
#include "passes/tokens.h"

namespace diolkos::passes {
namespace {

using graph::Graph;
using graph::kNoNode;
using graph::NodeId;
using graph::Op;
using graph::ValueId;

bool is_activation(Op op) { return op == Op::Gelu || op == Op::Relu || op == Op::HardSwish || op == Op::Sigmoid; }

NodeId movement_before(const Graph& graph, const ReadCounts& reads, ValueId value) {
  const NodeId transpose = reads.sole_producer(graph, value, Op::Transpose);
  return transpose != kNoNode ? transpose : reads.sole_producer(graph, value, Op::Reshape);
}

}  // namespace

Status activate_before_moving(Graph& graph) {
  ReadCounts reads(graph);
  for (NodeId id : graph.order()) {
    if (!graph.contains(id) || !is_activation(graph.node(id).op)) continue;
    while (true) {
      const NodeId movement = movement_before(graph, reads, graph.node(id).input(0));
      if (movement == kNoNode) break;
      const graph::Node moved = graph.node(movement);
      const graph::TensorType& type = graph.value(moved.input(0)).type;
      if (!type.known() || type.dtype != DType::float32) break;
      const graph::Node active = graph.node(id);
      reads.remove(active);
      reads.remove(moved);
      const ValueId first = add_typed(graph, active.op, graph.value(active.output()).name + "/active",
                                      {moved.input(0)}, type.shape, active.attributes);
      graph::Node& last = graph.node(id);
      last.op = moved.op;
      last.inputs = moved.inputs;
      last.inputs[0] = first;
      last.attributes = moved.attributes;
      graph.erase_node(movement);
      id = graph.value(first).producer;
      reads.add(graph.node(id));
      reads.add(last);
    }
  }
  return {};
}

}  // namespace diolkos::passes
