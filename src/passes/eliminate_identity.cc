#include "passes/eliminate_identity.h"

#include <algorithm>
#include <array>

#include "passes/rewrite.h"

namespace diolkos::passes {

using graph::Graph;
using graph::kNoValue;
using graph::NodeId;
using graph::Op;
using graph::ValueId;

namespace {

bool is_unused(const Graph& graph, ValueId id) { return graph.users(id).empty() && !graph.is_output(id); }

bool is_inference_dropout(const Graph& graph, const graph::Node& node) {
  for (std::size_t i = 1; i < node.outputs.size(); ++i)
    if (!is_unused(graph, node.outputs[i])) return false;
  if (node.input(2) == kNoValue) return true;
  const auto training = graph::constant_ints(graph, node.input(2));
  return training && training->size() == 1 && training->front() == 0;
}

bool moves_nothing(const graph::Node& transpose) {
  const auto axes = transpose.attributes.ints_or("perm", {});
  for (std::size_t i = 0; i < axes.size(); ++i)
    if (axes[i] != static_cast<std::int64_t>(i)) return false;
  return !axes.empty();
}

bool pads_nothing(const Graph& graph, const graph::Node& pad) {
  const auto pads = graph::constant_ints(graph, pad.input(1));
  return pads && std::all_of(pads->begin(), pads->end(), [](std::int64_t amount) { return amount == 0; });
}

bool steps_forward(const Graph& graph, const graph::Node& slice) {
  if (slice.input(4) == kNoValue) return true;
  const auto steps = graph::constant_ints(graph, slice.input(4));
  return steps && std::all_of(steps->begin(), steps->end(), [](std::int64_t step) { return step > 0; });
}

// With every scale 1 these modes read each element where it is; those of TensorFlow's crops and half pixels may not.
bool reads_in_place(const Graph& graph, const graph::Node& resize) {
  constexpr std::array<std::string_view, 4> kModes{"half_pixel", "pytorch_half_pixel", "asymmetric", "align_corners"};
  const auto mode = resize.attributes.string_or("coordinate_transformation_mode", "half_pixel");
  if (std::find(kModes.begin(), kModes.end(), mode) == kModes.end()) return false;
  if (resize.input(2) == kNoValue) return true;
  const auto scales = float_constant(graph, resize.input(2));
  return !scales.empty() && std::all_of(scales.begin(), scales.end(), [](float scale) { return scale == 1.0f; });
}

// The input that a node of one input and one shape hands on as it is; kNoValue where it does more.
ValueId kept_alone(const Graph& graph, const graph::Node& node) {
  const ValueId x = node.input(0);
  switch (node.op) {
    case Op::Identity: return x;
    case Op::Dropout: return is_inference_dropout(graph, node) ? x : kNoValue;
    case Op::Cast:
    case Op::CastLike:
    case Op::Reshape:
    case Op::Flatten:
    case Op::Squeeze:
    case Op::Unsqueeze:
    case Op::Expand:
    case Op::Tile: return same_type(graph, x, node.output()) ? x : kNoValue;
    case Op::Slice: return same_type(graph, x, node.output()) && steps_forward(graph, node) ? x : kNoValue;
    case Op::Transpose: return moves_nothing(node) ? x : kNoValue;
    case Op::Pad: return pads_nothing(graph, node) ? x : kNoValue;
    case Op::Concat:
    case Op::Max:
    case Op::Min: return node.inputs.size() == 1 ? x : kNoValue;
    case Op::Split: return node.outputs.size() == 1 ? x : kNoValue;
    case Op::Clip: return node.input(1) == kNoValue && node.input(2) == kNoValue ? x : kNoValue;
    case Op::Resize: return same_type(graph, x, node.output()) && reads_in_place(graph, node) ? x : kNoValue;
    default: return kNoValue;
  }
}

// x of x + 0, 0 + x, x - 0, x * 1, 1 * x, x / 1, x ^ 1; kNoValue for anything else.
ValueId kept_operand(const Graph& graph, const graph::Node& node) {
  const bool commutes = node.op == Op::Add || node.op == Op::Mul;
  if (!commutes && node.op != Op::Sub && node.op != Op::Div && node.op != Op::Pow) return kNoValue;
  const float neutral = node.op == Op::Add || node.op == Op::Sub ? 0.0f : 1.0f;
  for (std::size_t i = commutes ? 0 : 1; i < 2; ++i) {
    const ValueId x = node.input(1 - i);
    if (graph::constant_scalar(graph, node.input(i)) == neutral && same_type(graph, x, node.output())) return x;
  }
  return kNoValue;
}

}  // namespace

Status eliminate_identity(Graph& graph) {
  for (const NodeId id : graph.order()) {
    ValueId kept = kept_alone(graph, graph.node(id));
    if (kept == kNoValue) kept = kept_operand(graph, graph.node(id));
    if (kept != kNoValue) bypass(graph, id, kept);
  }
  graph.prune();
  return {};
}

}  // namespace diolkos::passes
