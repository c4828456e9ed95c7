#include "passes/normalize_resize.h"

#include <vector>

#include "passes/rewrite.h"

namespace diolkos::passes {

using graph::Graph;
using graph::kNoValue;
using graph::NodeId;
using graph::Op;

namespace {

// Along every axis that the node resizes.
bool scales_are_exact(const Graph& graph, const graph::Node& node, const Shape& before, const Shape& after) {
  const auto scales = float_constant(graph, node.input(2));
  if (scales.empty()) return false;
  std::vector<std::int64_t> all;
  for (int axis = 0; axis < before.rank(); ++axis) all.push_back(axis);
  const auto axes = node.attributes.ints_or("axes", all);
  if (axes.size() != scales.size()) return false;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const int axis = static_cast<int>(axes[i] < 0 ? axes[i] + before.rank() : axes[i]);
    if (static_cast<float>(after[axis]) != static_cast<float>(before[axis]) * scales[i]) return false;
  }
  return true;
}

bool is_normal(const graph::Node& node) {
  return node.input(1) == kNoValue && node.input(2) == kNoValue && !node.attributes.has("axes");
}

bool can_be(const Graph& graph, const graph::Node& node) {
  if (!graph.value(node.input(0)).type.known() || !graph.value(node.output()).type.known()) return false;
  if (node.attributes.string_or("coordinate_transformation_mode", "half_pixel") == "tf_crop_and_resize") return false;
  if (node.attributes.string_or("keep_aspect_ratio_policy", "stretch") != "stretch") return false;
  const bool by_sizes = node.input(3) != kNoValue;
  return by_sizes ||
         scales_are_exact(graph, node, graph.value(node.input(0)).type.shape, graph.value(node.output()).type.shape);
}

}  // namespace

Status normalize_resize(Graph& graph) {
  for (const NodeId id : graph.order()) {
    if (graph.node(id).op != Op::Resize || is_normal(graph.node(id)) || !can_be(graph, graph.node(id))) continue;
    const Shape after = graph.value(graph.node(id).output()).type.shape;
    const graph::ValueId sizes =
        graph.add_constant(graph.node(id).name + ".sizes", Tensor::of<std::int64_t>(Shape{after.rank()}, after.dims()));
    graph::Node& node = graph.node(id);
    node.inputs = {node.input(0), kNoValue, kNoValue, sizes};
    node.attributes.erase("axes");
  }
  graph.prune();
  return {};
}

}  // namespace diolkos::passes
