#include "graph/verify.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "graph/arity.h"
#include "graph/infer.h"
#include "graph/verify_attributes.h"

namespace diolkos::graph {
namespace {

tl::unexpected<Error> wrong(const Value& value, std::string_view message) {
  return invalid(fmt::format("value '{}': {}", value.name, message));
}

class Verifier {
 public:
  explicit Verifier(const Graph& graph) : graph_(graph), made_(graph.value_count(), false) {}

  Status run() {
    TRY(check_sources());
    for (NodeId id : nodes()) TRY(check_outputs(id));
    for (NodeId id : nodes()) TRY(check_node(graph_.node(id)));
    const std::vector<NodeId> order = graph_.order();  // only now are all ids known to be in range
    if (order.size() != graph_.node_count()) return cycle(order);
    for (ValueId id : graph_.outputs()) TRY(check_made(id, "an output of the graph"));
    for (std::size_t i = 0; i < made_.size(); ++i)
      if (made_[i]) TRY(check_value(static_cast<ValueId>(i)));
    for (NodeId id : order) TRY(check_types(graph_.node(id)));
    return {};
  }

 private:
  bool in_range(ValueId id) const { return id >= 0 && static_cast<std::size_t>(id) < graph_.value_count(); }

  std::vector<NodeId> nodes() const {
    std::vector<NodeId> live(graph_.node_count());
    NodeId next = 0;
    for (NodeId& id : live) {
      while (!graph_.contains(next)) ++next;
      id = next++;
    }
    return live;
  }

  // Marks inputs and constants as made.
  Status check_sources() {
    for (std::size_t i = 0; i < graph_.value_count(); ++i) {
      const Value& value = graph_.value(static_cast<ValueId>(i));
      if (!value.is_constant()) continue;
      made_[i] = true;
      if (!value.constant->defined()) return wrong(value, "its constant is undefined");
      if (value.constant->dtype() != value.type.dtype || !(value.constant->shape() == value.type.shape))
        return wrong(value, fmt::format("its type is {} {}, its constant is {} {}", name_of(value.type.dtype),
                                        to_string(value.type.shape), name_of(value.constant->dtype()),
                                        to_string(value.constant->shape())));
    }
    for (ValueId id : graph_.inputs()) {
      if (!in_range(id)) return invalid(fmt::format("input {} of the graph does not exist", id));
      const auto at = static_cast<std::size_t>(id);
      if (made_[at]) return wrong(graph_.value(id), "is an input of the graph, and a constant or an input once more");
      made_[at] = true;
    }
    return {};
  }

  Status check_outputs(NodeId id) {
    const Node& node = graph_.node(id);
    for (std::size_t i = 0; i < node.outputs.size(); ++i) {
      if (!in_range(node.outputs[i])) return invalid(fmt::format("{}: output {} does not exist", describe(node), i));
      const Value& value = graph_.value(node.outputs[i]);
      // A node whose other outputs are still computed keeps those that have become constants.
      if (value.is_constant() && value.producer == kNoNode) continue;
      const auto at = static_cast<std::size_t>(node.outputs[i]);
      if (made_[at]) return invalid(fmt::format("{}: output '{}' is made elsewhere too", describe(node), value.name));
      if (value.producer != id || value.output_index != static_cast<int>(i))
        return invalid(fmt::format("{}: output '{}' does not name it as its producer", describe(node), value.name));
      made_[at] = true;
    }
    return {};
  }

  Status check_made(ValueId id, std::string_view reader) const {
    if (!in_range(id)) return invalid(fmt::format("{}: value {} does not exist", reader, id));
    if (made_[static_cast<std::size_t>(id)]) return {};
    return invalid(fmt::format("{}: nothing makes '{}'", reader, graph_.value(id).name));
  }

  Status check_node(const Node& node) const {
    for (ValueId input : node.inputs)
      if (input != kNoValue) TRY(check_made(input, describe(node)));
    const NodeView view(graph_, node);
    TRY(check_arity(view));
    return verify_attributes(view);
  }

  Status cycle(const std::vector<NodeId>& order) const {
    for (NodeId id : nodes())
      if (std::find(order.begin(), order.end(), id) == order.end())
        return invalid(fmt::format("{}: lies on a cycle, or behind one", describe(graph_.node(id))));
    return failure(ErrorCode::internal, "the order of nodes is incomplete");
  }

  Status check_value(ValueId id) const {
    const Value& value = graph_.value(id);
    if (value.name.empty()) return invalid(fmt::format("value {} has no name", id));
    if (graph_.find_value(value.name) != id) return wrong(value, "its name belongs to another value");
    if (!value.type.quantization) return {};
    const Quantization& q = *value.type.quantization;
    if (q.scales.empty() || q.scales.size() != q.zero_points.size())
      return wrong(value,
                   fmt::format("quantized with {} scales and {} zero points", q.scales.size(), q.zero_points.size()));
    for (float scale : q.scales)
      if (!(scale > 0) || !std::isfinite(scale))
        return wrong(value, fmt::format("quantized with a scale of {}", scale));
    const Shape& shape = value.type.shape;
    if (q.axis < 0)
      return q.scales.size() == 1 ? Status() : wrong(value, fmt::format("{} scales without an axis", q.scales.size()));
    if (q.axis >= shape.rank() || (shape[q.axis] >= 0 && shape[q.axis] != static_cast<std::int64_t>(q.scales.size())))
      return wrong(value, fmt::format("{} scales along axis {} of {}", q.scales.size(), q.axis, to_string(shape)));
    return {};
  }

  Status check_types(const Node& node) const {
    for (ValueId input : node.inputs)
      if (input != kNoValue && !graph_.value(input).type.known()) return {};
    for (ValueId output : node.outputs)
      if (!graph_.value(output).type.known()) return {};
    const auto types = infer_types(graph_, node);
    if (!types && types.error().code == ErrorCode::unsupported) return {};  // a shape that is not constant yet
    if (!types) return failure(types.error());
    for (std::size_t i = 0; i < node.outputs.size(); ++i) {
      const Value& value = graph_.value(node.outputs[i]);
      if (value.type.dtype != (*types)[i].dtype || !(value.type.shape == (*types)[i].shape))
        return invalid(fmt::format("{}: output '{}' is said to be {} {}, its inputs make it {} {}", describe(node),
                                   value.name, name_of(value.type.dtype), to_string(value.type.shape),
                                   name_of((*types)[i].dtype), to_string((*types)[i].shape)));
    }
    return {};
  }

  const Graph& graph_;
  std::vector<bool> made_;  // by an input, a constant or a node
};

}  // namespace

Status verify(const Graph& graph) { return Verifier(graph).run(); }

}  // namespace diolkos::graph
