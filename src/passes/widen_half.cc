#include "passes/widen_half.h"

#include <algorithm>
#include <string>

#include "graph/element_type.h"

namespace diolkos::passes {
namespace {

using graph::Graph;
using graph::kNoNode;
using graph::Node;
using graph::NodeId;
using graph::Op;
using graph::ValueId;

bool is_half(DType dtype) { return dtype == DType::float16 || dtype == DType::bfloat16; }

bool is_half(const graph::Value& value) { return is_half(value.type.dtype) && !value.type.quantization; }

bool names_half(const Node& node, std::string_view attribute) {
  const auto dtype = graph::dtype_of_onnx(node.attributes.int_or(attribute, 0));
  return dtype && is_half(*dtype);
}

ValueId cast(Graph& graph, const std::string& name, ValueId from, DType to) {
  const ValueId made = graph.add(Op::Cast, name, {from}, {{"to", graph::onnx_of_dtype(to)}});
  graph.value(made).type = {to, graph.value(from).type.shape, {}};
  return made;
}

void widen_input(Graph& graph, ValueId id) {
  const std::vector<NodeId> users = graph.users(id);
  const ValueId wide = cast(graph, graph.value(id).name + "/float32", id, DType::float32);
  for (const NodeId user : users) std::ranges::replace(graph.node(user).inputs, id, wide);
}

Status widen_attributes(Node& node) {
  for (const std::string_view name : {"to", "output_dtype"})
    if (names_half(node, name)) node.attributes.set(name, graph::onnx_of_dtype(DType::float32));
  const graph::Attribute* value = node.attributes.find("value");
  const Tensor* tensor = value == nullptr ? nullptr : std::get_if<Tensor>(value);
  if (tensor == nullptr || !is_half(tensor->dtype())) return {};
  TRY_ASSIGN(Tensor wide, to_float32(*tensor));
  node.attributes.set("value", std::move(wide));
  return {};
}

// Outputs keep name and type, also where several are one value.
void narrow_outputs(Graph& graph, std::size_t first, DType dtype) {
  const ValueId id = graph.outputs()[first];
  const std::string name = graph.value(id).name;
  graph.rename(id, name + "/float32");
  const ValueId narrow = cast(graph, name, id, dtype);
  for (std::size_t i = first; i < graph.outputs().size(); ++i)
    if (graph.outputs()[i] == id) graph.set_output(i, narrow);
}

}  // namespace

bool has_half(const Graph& graph) {
  for (const ValueId id : graph.inputs())
    if (is_half(graph.value(id))) return true;
  for (const NodeId id : graph.order()) {
    const Node& node = graph.node(id);
    if (node.op == Op::Cast && names_half(node, "to")) return true;
    for (const ValueId input : node.inputs)
      if (input != graph::kNoValue && graph.value(input).is_constant() && is_half(graph.value(input))) return true;
  }
  return false;
}

Status widen_half(Graph& graph) {
  std::vector<DType> ends;
  for (const ValueId id : graph.outputs()) ends.push_back(graph.value(id).type.dtype);
  std::vector<bool> is_input(graph.value_count());
  for (const ValueId id : graph.inputs()) is_input[static_cast<std::size_t>(id)] = true;
  for (const NodeId id : graph.order()) {
    for (const ValueId input : graph.node(id).inputs) {
      if (input == graph::kNoValue || !graph.value(input).is_constant() || !is_half(graph.value(input))) continue;
      TRY_ASSIGN(Tensor wide, to_float32(*graph.value(input).constant));
      graph.value(input).constant = std::move(wide);
      graph.value(input).type.dtype = DType::float32;
    }
    TRY(widen_attributes(graph.node(id)));
    for (const ValueId output : graph.node(id).outputs)
      if (is_half(graph.value(output))) graph.value(output).type.dtype = DType::float32;
  }
  const std::vector<ValueId> inputs(graph.inputs().begin(), graph.inputs().end());
  for (const ValueId id : inputs)
    if (is_half(graph.value(id))) widen_input(graph, id);
  for (std::size_t i = 0; i < ends.size(); ++i)
    if (is_half(ends[i]) && graph.value(graph.outputs()[i]).type.dtype == DType::float32)
      narrow_outputs(graph, i, ends[i]);
  return {};
}

}  // namespace diolkos::passes
