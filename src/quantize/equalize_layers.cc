#include "quantize/equalize_layers.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <vector>

namespace diolkos::quantize {
namespace {

using graph::Graph;
using graph::kNoValue;
using graph::Node;
using graph::NodeId;
using graph::Op;
using graph::ValueId;

constexpr int kSweeps = 8;       // a chain settles in a few
constexpr int kMostOctaves = 6;  // of one step

struct Pair {
  NodeId first = graph::kNoNode;
  NodeId second = graph::kNoNode;
};

bool is_own_constant(const Graph& graph, ValueId id) {
  return id != kNoValue && graph.value(id).is_constant() && graph.value(id).type.dtype == DType::float32 &&
         graph.users(id).size() == 1 && !graph.is_output(id);
}

// Input channel c of a depthwise convolution is read by outputs c m to c m + m - 1 alone.
bool is_depthwise(const Graph& graph, const Node& node) {
  const std::int64_t groups = node.attributes.int_or("group", 1);
  return groups > 1 && graph.value(node.input(1)).type.shape[1] == 1 &&
         graph.value(node.input(1)).type.shape[0] % groups == 0;
}

bool is_scalable(const Graph& graph, NodeId id) {
  const Node& node = graph.node(id);
  return node.op == Op::Conv && is_own_constant(graph, node.input(1)) &&
         (node.input(2) == kNoValue || is_own_constant(graph, node.input(2)));
}

std::optional<Pair> pair_from(const Graph& graph, NodeId first) {
  if (!is_scalable(graph, first)) return std::nullopt;
  ValueId value = graph.node(first).output();
  for (int hops = 0; hops < 2; ++hops) {
    const auto users = graph.users(value);
    if (users.size() != 1 || graph.is_output(value)) return std::nullopt;
    const Node& reader = graph.node(users[0]);
    if (reader.op == Op::Relu) {
      value = reader.output();
      continue;
    }
    const bool reads = is_scalable(graph, users[0]) && reader.input(0) == value;
    if (!reads || (reader.attributes.int_or("group", 1) != 1 && !is_depthwise(graph, reader))) return std::nullopt;
    return Pair{first, users[0]};
  }
  return std::nullopt;
}

// Elements of the second convolution's weights that multiply input channel c: visit(element).
template <class Visit>
void each_weight_of_input(const Graph& graph, const Node& node, std::int64_t channel, Visit&& visit) {
  const Shape& shape = graph.value(node.input(1)).type.shape;
  const std::int64_t window = shape[2] * shape[3];
  if (is_depthwise(graph, node)) {
    const std::int64_t each = shape[0] / node.attributes.int_or("group", 1) * window;
    for (std::int64_t i = 0; i < each; ++i) visit(static_cast<std::size_t>(channel * each + i));
    return;
  }
  for (std::int64_t o = 0; o < shape[0]; ++o)
    for (std::int64_t i = 0; i < window; ++i) visit(static_cast<std::size_t>((o * shape[1] + channel) * window + i));
}

class Equalizer {
 public:
  explicit Equalizer(Graph& graph) : graph_(graph) {}

  Result<int> run() {
    for (const NodeId id : graph_.order())
      if (const auto pair = pair_from(graph_, id); pair && is_image(graph_.node(pair->second))) pairs_.push_back(*pair);
    for (const Pair& pair : pairs_)
      for (const NodeId id : {pair.first, pair.second}) TRY(make_own(id));
    std::set<NodeId> changed;
    for (int sweep = 0; sweep < kSweeps; ++sweep) {
      bool any = false;
      for (const Pair& pair : pairs_)
        if (equalize(pair)) {
          any = true;
          changed.insert(pair.first);
        }
      if (!any) break;
    }
    return static_cast<int>(changed.size());
  }

 private:
  bool is_image(const Node& node) const { return graph_.value(node.input(1)).type.shape.rank() == 4; }

  // Weights that may be written.
  Status make_own(NodeId id) {
    for (const std::size_t input : {std::size_t{1}, std::size_t{2}}) {
      const ValueId value = graph_.node(id).input(input);
      if (value == kNoValue || !owned_.insert(value).second) continue;
      const Tensor& shared = *graph_.value(value).constant;
      graph_.value(value).constant = Tensor::of(shared.shape(), shared.as<float>());
    }
    return {};
  }

  std::span<float> floats(ValueId id) { return graph_.value(id).constant->mutable_as<float>(); }

  bool equalize(const Pair& pair) {
    const Node& first = graph_.node(pair.first);
    const Node& second = graph_.node(pair.second);
    const auto from = floats(first.input(1)), to = floats(second.input(1));
    const std::int64_t channels = graph_.value(first.input(1)).type.shape[0];
    const std::size_t each = from.size() / static_cast<std::size_t>(channels);
    bool any = false;
    for (std::int64_t c = 0; c < channels; ++c) {
      const auto own = from.subspan(static_cast<std::size_t>(c) * each, each);
      float r1 = 0, r2 = 0;
      for (const float w : own) r1 = std::max(r1, std::abs(w));
      each_weight_of_input(graph_, second, c, [&](std::size_t i) { r2 = std::max(r2, std::abs(to[i])); });
      if (!(r1 > 0) || !(r2 > 0)) continue;
      const double octaves = std::clamp(std::round(0.5 * std::log2(static_cast<double>(r1) / r2)), -1.0 * kMostOctaves,
                                        1.0 * kMostOctaves);
      if (octaves == 0) continue;
      any = true;
      const auto factor = static_cast<float>(std::exp2(octaves));
      for (float& w : own) w /= factor;
      if (first.input(2) != kNoValue) floats(first.input(2))[static_cast<std::size_t>(c)] /= factor;
      each_weight_of_input(graph_, second, c, [&](std::size_t i) { to[i] *= factor; });
    }
    return any;
  }

  Graph& graph_;
  std::vector<Pair> pairs_;
  std::set<ValueId> owned_;
};

}  // namespace

Result<int> equalize_layers(Graph& graph) { return Equalizer(graph).run(); }

}  // namespace diolkos::quantize
