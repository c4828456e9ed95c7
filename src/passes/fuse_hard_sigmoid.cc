#include "passes/fuse_hard_sigmoid.h"

#include "passes/hard_pattern.h"

namespace diolkos::passes {

using graph::NodeId;
using graph::Op;
using graph::ValueId;

Status fuse_hard_sigmoid(graph::Graph& graph) {
  for (const NodeId id : graph.order()) {
    const ValueId clipped = sixth_of(graph, graph.node(id));
    if (clipped == graph::kNoValue) continue;
    const ValueId x = shifted_relu6_input(graph, clipped);
    if (x == graph::kNoValue) continue;
    graph::Node& node = graph.node(id);
    node.op = Op::HardSigmoid;
    node.inputs = {x};
    node.attributes = {{"alpha", 1.0f / 6.0f}, {"beta", 0.5f}};
  }
  graph.prune();
  return {};
}

}  // namespace diolkos::passes
