#include "passes/fold_batch_norm.h"

#include <array>
#include <cmath>

#include "passes/channel_affine.h"
#include "passes/rewrite.h"

namespace diolkos::passes {

using graph::Graph;
using graph::NodeId;
using graph::Op;

namespace {

std::optional<ChannelAffine> affine_of(const Graph& graph, const graph::Node& norm, std::size_t channels) {
  if (norm.attributes.int_or("training_mode", 0) != 0 || norm.outputs.size() != 1) return std::nullopt;
  std::array<std::span<const float>, 4> parameters;  // gamma, beta, mean, variance
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    parameters[i] = float_constant(graph, norm.input(i + 1));
    if (parameters[i].size() != channels) return std::nullopt;
  }
  const double epsilon = norm.attributes.float_or("epsilon", 1e-5f);
  ChannelAffine affine;
  for (std::size_t c = 0; c < channels; ++c) {
    const double scale = parameters[0][c] / std::sqrt(parameters[3][c] + epsilon);
    affine.scale.push_back(scale);
    affine.shift.push_back(parameters[1][c] - parameters[2][c] * scale);
  }
  return affine;
}

}  // namespace

Status fold_batch_norm(Graph& graph) {
  ReadCounts reads(graph);
  for (const NodeId id : graph.order()) {
    if (graph.node(id).op != Op::BatchNormalization) continue;
    const auto conv = foldable_conv(graph, reads, graph.node(id).input(0));
    if (!conv) continue;
    const auto affine = affine_of(graph, graph.node(id), static_cast<std::size_t>(conv->channels));
    if (affine) fold_into_conv(graph, reads, *conv, id, *affine);
  }
  graph.prune();
  return {};
}

}  // namespace diolkos::passes
