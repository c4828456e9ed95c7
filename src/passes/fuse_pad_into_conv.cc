#include "passes/fuse_pad_into_conv.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace diolkos::passes {

using graph::Graph;
using graph::NodeId;
using graph::Op;

namespace {

using Ints = std::vector<std::int64_t>;

bool pads_with_zeros(const Graph& graph, const graph::Node& pad) {
  if (pad.attributes.string_or("mode", "constant") != "constant") return false;
  return pad.input(2) == graph::kNoValue || graph::constant_scalar(graph, pad.input(2)) == 0.0f;
}

// Pads of the spatial axes, all the beginnings and then all the ends, as a Conv has them; nullopt where others are
// padded too, or one is cut.
std::optional<Ints> spatial_pads(const Graph& graph, const graph::Node& pad, int rank) {
  const auto given = graph::constant_ints(graph, pad.input(1));
  if (!given) return std::nullopt;
  Ints axes;
  for (int axis = 0; axis < rank; ++axis) axes.push_back(axis);
  if (pad.input(3) != graph::kNoValue) {
    const auto named = graph::constant_ints(graph, pad.input(3));
    if (!named) return std::nullopt;
    axes = *named;
  }
  if (given->size() != 2 * axes.size()) return std::nullopt;
  Ints pads(static_cast<std::size_t>(2 * (rank - 2)), 0);
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const std::int64_t axis = axes[i] < 0 ? axes[i] + rank : axes[i];
    const std::int64_t begin = (*given)[i];
    const std::int64_t end = (*given)[i + axes.size()];
    if (begin < 0 || end < 0 || axis < 0 || axis >= rank || (axis < 2 && begin + end != 0)) return std::nullopt;
    if (axis < 2) continue;
    pads[static_cast<std::size_t>(axis - 2)] = begin;
    pads[static_cast<std::size_t>(axis - 2 + rank - 2)] = end;
  }
  return pads;
}

bool has_explicit_pads(const graph::Node& conv) { return conv.attributes.string_or("auto_pad", "NOTSET") == "NOTSET"; }

void try_fuse(Graph& graph, NodeId id) {
  graph::Node& conv = graph.node(id);
  const NodeId producer = graph.value(conv.input(0)).producer;
  if (!has_explicit_pads(conv) || !graph.contains(producer)) return;
  const graph::Node& pad = graph.node(producer);
  const graph::TensorType& type = graph.value(conv.input(0)).type;
  if (pad.op != Op::Pad || !type.known() || type.shape.rank() < 3 || !pads_with_zeros(graph, pad)) return;
  const auto added = spatial_pads(graph, pad, type.shape.rank());
  if (!added) return;
  Ints pads = conv.attributes.ints_or("pads", Ints(added->size(), 0));
  if (pads.size() != added->size()) return;
  std::transform(pads.begin(), pads.end(), added->begin(), pads.begin(), std::plus<>());
  conv.attributes.set("pads", std::move(pads));
  conv.inputs[0] = pad.input(0);
}

}  // namespace

Status fuse_pad_into_conv(Graph& graph) {
  for (const NodeId id : graph.order())
    if (graph.node(id).op == Op::Conv) try_fuse(graph, id);
  graph.prune();
  return {};
}

}  // namespace diolkos::passes
