#include "passes/fuse_residual_add.h"

#include <optional>

#include "passes/read_counts.h"
#include "passes/rewrite.h"

namespace diolkos::passes {

using graph::Graph;
using graph::NodeId;
using graph::Op;
using graph::ValueId;

namespace {

bool is_float32(const Graph& graph, ValueId id) { return graph.value(id).type.dtype == DType::float32; }

void fuse(Graph& graph, ReadCounts& reads, NodeId add, std::size_t conv_operand) {
  graph::Node& made = graph.node(add);
  const ValueId residual = made.input(1 - conv_operand);
  const NodeId producer = graph.value(made.input(conv_operand)).producer;
  const graph::Node& conv = graph.node(producer);
  reads.remove(made);
  reads.remove(conv);
  made.inputs = {conv.input(0), conv.input(1), conv.input(2), residual};
  made.op = Op::FusedConv;
  made.name = conv.name;
  made.attributes = conv.attributes;
  graph.erase_node(producer);
  reads.add(made);
}

}  // namespace

Status fuse_residual_add(Graph& graph) {
  ReadCounts reads(graph);
  for (const NodeId id : graph.order()) {
    const graph::Node& node = graph.node(id);
    if (node.op != Op::Add || node.input(0) == node.input(1)) continue;
    if (!same_type(graph, node.input(0), node.input(1)) || !is_float32(graph, node.output())) continue;
    const auto conv = input_where(
        node, [&](ValueId value) { return reads.sole_producer(graph, value, Op::Conv) != graph::kNoNode; });
    if (conv) fuse(graph, reads, id, *conv);
  }
  return {};
}

}  // namespace diolkos::passes
