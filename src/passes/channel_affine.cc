#include "passes/channel_affine.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "passes/rewrite.h"

namespace diolkos::passes {

using graph::Graph;
using graph::NodeId;
using graph::Op;
using graph::ValueId;

namespace {

struct Folded {
  std::vector<float> weights;
  std::vector<float> bias;
};

bool all_finite(std::span<const float> values) {
  return std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); });
}

// Conv's weights are O x I/group x ..., ConvTranspose's I x O/group x ... with the inputs of a group together.
std::vector<float> scaled_weights(const graph::Node& conv, const Tensor& weights, std::span<const double> scale) {
  const auto source = weights.as<float>();
  const Shape& shape = weights.shape();
  std::vector<float> scaled(source.size());
  const bool transposed = conv.op == Op::ConvTranspose;
  const std::int64_t rows = shape[0];
  const std::int64_t columns = shape[1];
  const std::int64_t taps = shape.elements() / (rows * columns);
  const std::int64_t group_rows = rows / conv.attributes.int_or("group", 1);
  std::size_t at = 0;
  for (std::int64_t row = 0; row < rows; ++row)
    for (std::int64_t column = 0; column < columns; ++column) {
      const std::int64_t channel = transposed ? row / group_rows * columns + column : row;
      const double factor = scale[static_cast<std::size_t>(channel)];
      for (std::int64_t tap = 0; tap < taps; ++tap, ++at) scaled[at] = static_cast<float>(source[at] * factor);
    }
  return scaled;
}

Folded fold(const Graph& graph, const graph::Node& conv, const ChannelAffine& affine) {
  Folded folded;
  folded.weights = scaled_weights(conv, *graph.value(conv.input(1)).constant, affine.scale);
  const auto bias = float_constant(graph, conv.input(2));
  for (std::size_t c = 0; c < affine.scale.size(); ++c)
    folded.bias.push_back(static_cast<float>((bias.empty() ? 0.0 : bias[c] * affine.scale[c]) + affine.shift[c]));
  return folded;
}

}  // namespace

std::optional<FoldableConv> foldable_conv(const Graph& graph, const ReadCounts& reads, ValueId output) {
  NodeId found = reads.sole_producer(graph, output, Op::Conv);
  if (found == graph::kNoNode) found = reads.sole_producer(graph, output, Op::ConvTranspose);
  if (found == graph::kNoNode) return std::nullopt;
  const graph::Node& conv = graph.node(found);
  if (float_constant(graph, conv.input(1)).empty()) return std::nullopt;
  const Shape& shape = graph.value(conv.input(1)).constant->shape();
  const std::int64_t group = conv.attributes.int_or("group", 1);
  if (shape.rank() < 3 || group < 1 || shape[0] % group != 0) return std::nullopt;
  const std::int64_t channels = conv.op == Op::ConvTranspose ? shape[1] * group : shape[0];
  const bool has_bias = conv.input(2) != graph::kNoValue;
  if (has_bias && std::ssize(float_constant(graph, conv.input(2))) != channels) return std::nullopt;
  return FoldableConv{found, channels, shape.rank()};
}

bool fold_into_conv(Graph& graph, ReadCounts& reads, const FoldableConv& conv, NodeId user,
                    const ChannelAffine& affine) {
  Folded folded = fold(graph, graph.node(conv.node), affine);
  if (!all_finite(folded.weights) || !all_finite(folded.bias)) return false;
  const graph::Node old = graph.node(conv.node);
  const Shape weight_shape = graph.value(old.input(1)).constant->shape();
  graph::Node& made = graph.node(user);
  reads.remove(made);
  reads.remove(old);
  made.op = old.op;
  made.name = old.name;
  made.attributes = old.attributes;
  made.inputs = old.inputs;
  graph.erase_node(conv.node);
  reads.add(made);
  set_constant_input(graph, reads, user, 1, Tensor::of<float>(weight_shape, folded.weights));
  Tensor bias = Tensor::of<float>(Shape{conv.channels}, folded.bias);
  if (old.input(2) != graph::kNoValue) {
    set_constant_input(graph, reads, user, 2, std::move(bias));
  } else {
    const ValueId id = graph.add_constant(old.name + ".bias", std::move(bias));
    reads.remove(graph.node(user));
    graph.node(user).inputs = {old.input(0), graph.node(user).input(1), id};
    reads.add(graph.node(user));
  }
  return true;
}

}  // namespace diolkos::passes
