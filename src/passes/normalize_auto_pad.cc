#include "passes/normalize_auto_pad.h"

#include <vector>

#include "graph/window.h"

namespace diolkos::passes {

using graph::Graph;
using graph::NodeId;
using graph::Op;

Status normalize_auto_pad(Graph& graph) {
  for (const NodeId id : graph.order()) {
    graph::Node& node = graph.node(id);
    if (node.op != Op::Conv && node.op != Op::MaxPool && node.op != Op::AveragePool) continue;
    if (!node.attributes.has("auto_pad")) continue;
    if (node.attributes.string_or("auto_pad", "NOTSET") != "NOTSET") {
      if (!graph.value(node.input(0)).type.known()) continue;
      TRY_ASSIGN(const graph::Window window, graph::resolve_window(graph, node));
      std::vector<std::int64_t> pads;
      for (int axis = 0; axis < window.spatial_rank; ++axis) pads.push_back(window[axis].pad_begin);
      for (int axis = 0; axis < window.spatial_rank; ++axis) pads.push_back(window[axis].pad_end);
      node.attributes.set("pads", std::move(pads));
    }
    node.attributes.erase("auto_pad");
  }
  return {};
}

}  // namespace diolkos::passes
