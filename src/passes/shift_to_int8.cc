#include "passes/shift_to_int8.h"

#include <algorithm>
#include <string>

#include "passes/quantized_pair.h"

namespace diolkos::passes {
namespace {

using graph::Graph;
using graph::kNoNode;
using graph::Node;
using graph::NodeId;
using graph::Op;
using graph::ValueId;

void set_zero_point(Graph& graph, NodeId id, ValueId zero) {
  Node& node = graph.node(id);
  node.inputs.resize(2);
  node.inputs.push_back(zero);
}

bool is_dequantize(const Graph& graph, NodeId id, const Steps& steps) {
  return graph.node(id).op == Op::DequantizeLinear && steps_of(graph, graph.node(id)) == steps;
}

void shift(Graph& graph, NodeId id, const Steps& steps) {
  const ValueId y = graph.node(id).output();
  const std::vector<NodeId> users = graph.users(y);
  const ValueId zero = add_zero_point(graph, graph.value(y).name, steps.as_int8());
  set_zero_point(graph, id, zero);
  graph.node(id).attributes.erase("output_dtype");
  for (const NodeId user : users) set_zero_point(graph, user, zero);
  graph.value(y).type.dtype = DType::int8;
}

// y keeps its uint8 for whoever asks for them.
void shift_beside(Graph& graph, NodeId id, const Steps& steps) {
  const ValueId y = graph.node(id).output();
  const std::string name = graph.value(y).name + "/int8";
  const std::vector<NodeId> users = graph.users(y);
  const ValueId stored = add_quantize(graph, name, graph.node(id).input(0), steps.as_int8());
  const ValueId real = add_dequantize(graph, name + "/real", stored, steps.as_int8());
  graph.node(id).inputs[0] = real;
  for (const NodeId user : users)
    if (is_dequantize(graph, user, steps)) graph.replace_uses(graph.node(user).output(), real);
}

void shift_input(Graph& graph, NodeId id, const Steps& steps) {
  const ValueId real = graph.node(id).output();
  if (graph.is_output(real)) return;
  const std::vector<NodeId> users = graph.users(real);
  const std::string name = graph.value(real).name + "/int8";
  const ValueId stored = add_quantize(graph, name, real, steps.as_int8());
  const ValueId again = add_dequantize(graph, name + "/real", stored, steps.as_int8());
  for (const NodeId user : users) {
    auto& inputs = graph.node(user).inputs;
    std::replace(inputs.begin(), inputs.end(), real, again);
  }
}

}  // namespace

Status shift_to_int8(Graph& graph) {
  for (const NodeId id : graph.order()) {
    const auto steps = steps_of(graph, graph.node(id));
    if (!steps || steps->dtype != DType::uint8) continue;
    const Node& node = graph.node(id);
    if (node.op == Op::QuantizeLinear) {
      const auto users = graph.users(node.output());
      const bool all = std::ranges::all_of(users, [&](NodeId user) { return is_dequantize(graph, user, *steps); });
      const bool outputs = std::ranges::any_of(
          users, [&](NodeId user) { return graph.is_output(graph.node(user).output()); });
      if (all && !graph.is_output(node.output()))
        shift(graph, id, *steps);
      else if (!outputs)
        shift_beside(graph, id, *steps);
    } else if (graph.value(node.input(0)).producer == kNoNode && !graph.value(node.input(0)).is_constant()) {
      shift_input(graph, id, *steps);
    }
  }
  graph.prune();
  return {};
}

}  // namespace diolkos::passes
