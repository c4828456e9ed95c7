#include "quantize/symmetric_pairs.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include <fmt/format.h>

#include "base/nearest_name.h"
#include "quantize/quantize_tensor.h"

namespace diolkos::quantize {
namespace {

using graph::Graph;
using graph::kNoNode;
using graph::kNoValue;
using graph::Node;
using graph::NodeId;
using graph::Op;
using graph::ValueId;

constexpr float kLevels = 127.0f;
constexpr float kSmallestScale = 1e-9f;  // what is always zero still needs one

bool is_float_activation(const Graph& graph, ValueId id) {
  return id != kNoValue && !graph.value(id).is_constant() && graph.value(id).type.dtype == DType::float32;
}

bool is_quantizable(const Graph& graph, const Node& node, const PairOptions& options) {
  if (node.op != Op::Conv || !is_float_activation(graph, node.input(0))) return false;
  const graph::Value& weights = graph.value(node.input(1));
  return weights.is_constant() && weights.type.dtype == DType::float32 &&
         !options.keep_float.contains(graph.value(node.output()).name);
}

// Of a sum with a quantizable convolution that nothing else reads: the operand beside it.
ValueId residual_of(const Graph& graph, const Node& node, const PairOptions& options) {
  if (node.op != Op::Add) return kNoValue;
  for (std::size_t i = 0; i < 2; ++i) {
    const NodeId conv = graph.sole_producer(node.input(i), Op::Conv);
    const ValueId other = node.input(1 - i);
    if (conv == kNoNode || !is_quantizable(graph, graph.node(conv), options)) continue;
    if (is_float_activation(graph, other) && graph.value(other).type.shape == graph.value(node.input(i)).type.shape)
      return other;
  }
  return kNoValue;
}

// A node whose input `index` reads rounded values.
struct Place {
  NodeId node;
  std::size_t index;
};

std::map<ValueId, std::vector<Place>> places_of(const Graph& graph, const PairOptions& options) {
  std::map<ValueId, std::vector<Place>> places;
  for (const NodeId id : graph.order()) {
    const Node& node = graph.node(id);
    if (is_quantizable(graph, node, options)) places[node.input(0)].push_back({id, 0});
    if (const ValueId residual = residual_of(graph, node, options); residual != kNoValue)
      places[residual].push_back({id, node.input(0) == residual ? 0u : 1u});
  }
  return places;
}

Status check_kept(const Graph& graph, const PairOptions& options) {
  std::vector<std::string> convolutions;
  for (const NodeId id : graph.order())
    if (graph.node(id).op == Op::Conv) convolutions.push_back(graph.value(graph.node(id).output()).name);
  const std::vector<std::string_view> known(convolutions.begin(), convolutions.end());
  for (const std::string& name : options.keep_float)
    if (std::ranges::find(convolutions, name) == convolutions.end())
      return invalid(
          fmt::format("no convolution makes '{}', which shall stay in float{}", name, did_you_mean(name, known)));
  return {};
}

Result<float> scale_of(const Graph& graph, ValueId id, const Statistics& statistics, const PairOptions& options) {
  const graph::Value& value = graph.value(id);
  const auto found = statistics.find(value.name);
  if (found == statistics.end() || found->second.histogram.empty())
    return invalid(fmt::format("nothing was observed of value '{}'; calibrate the same network", value.name));
  const RangeOptions method = value.producer == kNoNode ? RangeOptions{} : options.range;
  const Range range = choose_range(found->second.histogram, method, 256);
  return std::max(std::max(std::abs(range.low), std::abs(range.high)) / kLevels, kSmallestScale);
}

class PairWriter {
 public:
  explicit PairWriter(Graph& graph) : graph_(graph) {}

  ValueId pair(ValueId id, float scale) {
    const std::string name = graph_.value(id).name;
    const Shape shape = graph_.value(id).type.shape;
    const float scales[] = {scale};
    const std::int8_t zeros[] = {0};
    const ValueId of_scale = graph_.add_constant(name + "/scale", Tensor::of(Shape{}, std::span<const float>(scales)));
    const ValueId zero =
        graph_.add_constant(name + "/zero_point", Tensor::of(Shape{}, std::span<const std::int8_t>(zeros)));
    const ValueId stored = graph_.add(Op::QuantizeLinear, name + "/stored", {id, of_scale, zero});
    graph_.value(stored).type = {DType::int8, shape, {}};
    return rounded(name, stored, of_scale, zero, {});
  }

  Status quantize(NodeId id, bool search) {
    const ValueId weights = graph_.node(id).input(1);
    ValueId& made = weights_.try_emplace(weights, kNoValue).first->second;
    if (made == kNoValue) {
      const std::string name = graph_.value(weights).name;
      TRY_ASSIGN(const QuantizedWeights integers, quantize_weights(*graph_.value(weights).constant, 0, search, {}));
      const std::vector<float>& scales = integers.parameters.scales;
      const Shape channels{static_cast<std::int64_t>(scales.size())};
      const std::vector<std::int8_t> zeros(scales.size(), 0);
      const ValueId stored = graph_.add_constant(name + "/stored", integers.values);
      const ValueId scale = graph_.add_constant(name + "/scale", Tensor::of(channels, std::span(scales)));
      const ValueId zero = graph_.add_constant(name + "/zero_point", Tensor::of(channels, std::span(zeros)));
      made = rounded(name, stored, scale, zero, {{"axis", std::int64_t{0}}});
    }
    graph_.node(id).inputs[1] = made;
    return {};
  }

 private:
  ValueId rounded(const std::string& name, ValueId stored, ValueId scale, ValueId zero, graph::Attributes attributes) {
    const Shape shape = graph_.value(stored).type.shape;
    const ValueId made =
        graph_.add(Op::DequantizeLinear, name + "/rounded", {stored, scale, zero}, std::move(attributes));
    graph_.value(made).type = {DType::float32, shape, {}};
    return made;
  }

  Graph& graph_;
  std::map<ValueId, ValueId> weights_;  // what several convolutions read is stored once
};

}  // namespace

std::set<std::string> paired_values(const Graph& graph, const PairOptions& options) {
  std::set<std::string> names;
  for (const auto& [id, places] : places_of(graph, options)) names.insert(graph.value(id).name);
  return names;
}

Result<int> write_symmetric_pairs(Graph& graph, const Statistics& statistics, const PairOptions& options) {
  TRY(check_kept(graph, options));
  const auto places = places_of(graph, options);
  std::map<ValueId, float> scales;
  for (const auto& [id, unused] : places) {
    TRY_ASSIGN(scales[id], scale_of(graph, id, statistics, options));
  }
  PairWriter writer(graph);
  int convolutions = 0;
  for (const auto& [id, readers] : places) {
    const ValueId rounded = writer.pair(id, scales[id]);
    for (const Place& place : readers) {
      graph.node(place.node).inputs[place.index] = rounded;
      if (graph.node(place.node).op != Op::Conv) continue;
      TRY(writer.quantize(place.node, options.weight_search));
      ++convolutions;
    }
  }
  graph.prune();
  return convolutions;
}

}  // namespace diolkos::quantize
