#include "passes/quantize_before_moving.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "passes/quantized_pair.h"
#include "passes/rewrite.h"

namespace diolkos::passes {
namespace {

using graph::Graph;
using graph::kNoNode;
using graph::kNoValue;
using graph::Node;
using graph::NodeId;
using graph::Op;
using graph::ValueId;

// The integers that a value stands for already: of its DequantizeLinear, or of a QuantizeLinear beside.
ValueId stored_form(const Graph& graph, ValueId real, const Steps& steps) {
  if (steps_of_producer(graph, real, Op::DequantizeLinear) == steps)
    return graph.node(graph.value(real).producer).input(0);
  for (const NodeId user : graph.users(real))
    if (graph.node(user).op == Op::QuantizeLinear && steps_of(graph, graph.node(user)) == steps)
      return graph.node(user).output();
  return kNoValue;
}

// The node that makes the value, if it only moves elements and the value is read once.
NodeId mover_of(const Graph& graph, ValueId value) {
  const NodeId producer = graph.value(value).producer;
  if (producer == kNoNode || !only_moves(graph, graph.node(producer))) return kNoNode;
  return graph.sole_producer(value, graph.node(producer).op);
}

// What Pad puts beside the elements; none where that is not known.
std::optional<float> fill_of(const Graph& graph, const Node& pad) {
  if (pad.input(2) == kNoValue) return 0.0f;
  if (graph.value(pad.input(2)).is_constant()) return graph::constant_scalar(graph, pad.input(2));
  const auto steps = steps_of_producer(graph, pad.input(2), Op::DequantizeLinear);
  if (!steps) return std::nullopt;
  const auto stored = graph::constant_ints(graph, graph.node(graph.value(pad.input(2)).producer).input(0));
  if (!stored || stored->size() != 1) return std::nullopt;
  return static_cast<float>(stored->front() - steps->zero) * steps->scale;
}

Tensor rounded(float real, const Steps& steps) {
  const bool is_unsigned = steps.dtype == DType::uint8;
  const double low = is_unsigned ? 0 : -128, high = is_unsigned ? 255 : 127;
  const double stored = std::nearbyint(static_cast<double>(real / steps.scale)) + steps.zero;
  const double inside = std::isnan(stored) ? steps.zero : std::clamp(stored, low, high);
  if (is_unsigned) return Tensor::scalar(static_cast<std::uint8_t>(inside));
  return Tensor::scalar(static_cast<std::int8_t>(inside));
}

class QuantizeBeforeMoving {
 public:
  explicit QuantizeBeforeMoving(Graph& graph) : graph_(graph) {
    for (const NodeId id : graph.order())
      if (steps_of(graph, graph.node(id)) && graph.node(id).op == Op::QuantizeLinear) waiting_.push_back(id);
  }

  Status run() {
    while (!waiting_.empty()) {
      const NodeId id = waiting_.back();
      waiting_.pop_back();
      const Steps steps = *steps_of(graph_, graph_.node(id));
      if (collapse(id, steps)) continue;
      const NodeId mover = mover_of(graph_, graph_.node(id).input(0));
      if (mover != kNoNode && moves_reals(graph_.node(mover))) exchange(id, mover, steps);
    }
    graph_.prune();
    return {};
  }

 private:
  bool collapse(NodeId id, const Steps& steps) {
    const ValueId real = graph_.node(id).input(0);
    if (steps_of_producer(graph_, real, Op::DequantizeLinear) != steps) return false;
    return bypass(graph_, id, graph_.node(graph_.value(real).producer).input(0));
  }

  bool moves_reals(const Node& mover) const {
    const std::size_t moved = mover.op == Op::Concat ? mover.inputs.size() : 1;
    for (std::size_t i = 0; i < moved; ++i)
      if (graph_.value(mover.inputs[i]).is_constant() || graph_.value(mover.inputs[i]).type.dtype != DType::float32)
        return false;
    return mover.op != Op::Pad || fill_of(graph_, mover);
  }

  // The QuantizeLinear becomes the mover.
  void exchange(NodeId id, NodeId mover, const Steps& steps) {
    const Node old = graph_.node(mover);
    std::vector<ValueId> inputs = old.inputs;
    const std::size_t moved = old.op == Op::Concat ? inputs.size() : 1;
    for (std::size_t i = 0; i < moved; ++i) {
      ValueId stored = stored_form(graph_, old.inputs[i], steps);
      if (stored == kNoValue || stored == graph_.node(id).output()) {
        stored = add_quantize(graph_, graph_.value(old.inputs[i]).name + "/quantized", old.inputs[i], steps);
        waiting_.push_back(graph_.value(stored).producer);
      }
      inputs[i] = stored;
    }
    if (old.op == Op::Pad) {
      inputs.resize(std::max<std::size_t>(inputs.size(), 3), kNoValue);
      inputs[2] = graph_.add_constant(graph_.value(graph_.node(id).output()).name + "/fill",
                                      rounded(*fill_of(graph_, old), steps));
    }
    Node& made = graph_.node(id);
    made.op = old.op;
    made.name = old.name;
    made.inputs = std::move(inputs);
    made.attributes = old.attributes;
    graph_.erase_node(mover);
  }

  Graph& graph_;
  std::vector<NodeId> waiting_;
};

}  // namespace

Status quantize_before_moving(Graph& graph) { return QuantizeBeforeMoving(graph).run(); }

}  // namespace diolkos::passes
