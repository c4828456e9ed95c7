#include "passes/fold_scale_into_conv.h"

#include "passes/channel_affine.h"
#include "passes/rewrite.h"

namespace diolkos::passes {

using graph::Graph;
using graph::NodeId;
using graph::Op;

namespace {

bool is_candidate(Op op) { return op == Op::Mul || op == Op::Div || op == Op::Add || op == Op::Sub; }

// One number for each channel, from a constant that broadcasts over an output of `rank` along axis 1 alone.
std::optional<std::vector<double>> by_channel(const Graph& graph, graph::ValueId id, const FoldableConv& conv) {
  const auto values = float_constant(graph, id);
  if (values.empty()) return std::nullopt;
  const Shape& shape = graph.value(id).constant->shape();
  if (shape.rank() > conv.rank) return std::nullopt;
  const int channel_axis = 1 - (conv.rank - shape.rank());
  for (int axis = 0; axis < shape.rank(); ++axis)
    if (shape[axis] != 1 && (axis != channel_axis || shape[axis] != conv.channels)) return std::nullopt;
  std::vector<double> spread;
  for (std::int64_t c = 0; c < conv.channels; ++c)
    spread.push_back(values.size() == 1 ? values[0] : values[static_cast<std::size_t>(c)]);
  return spread;
}

ChannelAffine affine_of(Op op, std::vector<double> constants) {
  ChannelAffine affine;
  for (const double constant : constants) {
    affine.scale.push_back(op == Op::Mul ? constant : op == Op::Div ? 1.0 / constant : 1.0);
    affine.shift.push_back(op == Op::Add ? constant : op == Op::Sub ? -constant : 0.0);
  }
  return affine;
}

void try_fold(Graph& graph, ReadCounts& reads, NodeId id) {
  const graph::Node& node = graph.node(id);
  const bool commutes = node.op == Op::Mul || node.op == Op::Add;
  for (std::size_t i = 0; i < (commutes ? 2u : 1u); ++i) {
    const auto conv = foldable_conv(graph, reads, node.input(i));
    if (!conv) continue;
    auto constants = by_channel(graph, node.input(1 - i), *conv);
    if (!constants) continue;
    fold_into_conv(graph, reads, *conv, id, affine_of(node.op, *std::move(constants)));
    return;
  }
}

}  // namespace

Status fold_scale_into_conv(Graph& graph) {
  ReadCounts reads(graph);
  for (const NodeId id : graph.order())
    if (is_candidate(graph.node(id).op)) try_fold(graph, reads, id);
  graph.prune();
  return {};
}

}  // namespace diolkos::passes
