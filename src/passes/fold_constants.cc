#include "passes/fold_constants.h"

#include <algorithm>
#include <string>
#include <vector>

#include "graph/infer.h"
#include "reference/evaluate.h"

namespace diolkos::passes {

using graph::Graph;
using graph::NodeId;
using graph::Op;
using graph::ValueId;

namespace {

constexpr std::size_t kMostBytes = std::size_t{64} << 20;
constexpr std::size_t kSmallBytes = std::size_t{1} << 20;
constexpr std::size_t kMostGrowth = 4;

std::size_t bytes_of(const graph::TensorType& type) {
  return static_cast<std::size_t>(type.shape.elements()) * size_of(type.dtype);
}

bool reads_only_constants(const Graph& graph, const graph::Node& node) {
  return std::all_of(node.inputs.begin(), node.inputs.end(),
                     [&](ValueId input) { return input == graph::kNoValue || graph.value(input).is_constant(); });
}

// Of Shape and Size the type of the input is enough.
bool reads_only_types(const graph::Node& node) { return node.op == Op::Shape || node.op == Op::Size; }

bool is_foldable(const Graph& graph, const graph::Node& node) {
  if (node.op == Op::QuantizeLinear || node.op == Op::DequantizeLinear) return false;
  if (!reads_only_types(node) && !reads_only_constants(graph, node)) return false;
  if (node.op == Op::Constant) return true;
  std::size_t before = 0;
  std::size_t after = 0;
  for (const ValueId input : node.inputs)
    if (input != graph::kNoValue) before += bytes_of(graph.value(input).type);
  for (const ValueId output : node.outputs) {
    if (!graph.value(output).type.known()) return false;
    after += bytes_of(graph.value(output).type);
  }
  return after <= kMostBytes && (after <= kSmallBytes || after <= kMostGrowth * before);
}

// The input itself, or, where only its type counts and it is no constant, nothing but zeros that are never touched.
Result<Tensor> input_of(const Graph& graph, ValueId id) {
  if (id == graph::kNoValue) return Tensor{};
  const graph::Value& value = graph.value(id);
  if (value.is_constant()) return *value.constant;
  return Tensor::view(value.type.dtype, value.type.shape, nullptr);
}

Result<std::vector<Tensor>> computed(const Graph& graph, const graph::Node& node) {
  std::vector<Tensor> inputs;
  std::vector<Tensor> outputs;
  for (const ValueId input : node.inputs) {
    TRY_ASSIGN(Tensor tensor, input_of(graph, input));
    inputs.push_back(std::move(tensor));
  }
  for (const ValueId output : node.outputs) {
    const graph::TensorType& type = graph.value(output).type;
    TRY_ASSIGN(Tensor tensor, Tensor::zeros(type.dtype, type.shape));
    outputs.push_back(std::move(tensor));
  }
  TRY(reference::evaluate(graph, node, inputs, outputs));
  return outputs;
}

// A graph output stays the output of its node; the nodes that read it get a constant beside it.
void replace_by_constant(Graph& graph, ValueId value, Tensor tensor) {
  if (!graph.is_output(value)) return graph.make_constant(value, std::move(tensor));
  const std::vector<NodeId> readers = graph.users(value);
  if (readers.empty()) return;
  const ValueId constant = graph.add_constant(std::string(graph.value(value).name), std::move(tensor));
  for (const NodeId reader : readers) {
    auto& inputs = graph.node(reader).inputs;
    std::replace(inputs.begin(), inputs.end(), value, constant);
  }
}

Status fold_node(Graph& graph, NodeId id) {
  TRY(graph::infer_node(graph, id));
  if (!is_foldable(graph, graph.node(id))) return {};
  auto results = computed(graph, graph.node(id));
  if (!results) return results.error().code == ErrorCode::unsupported ? Status{} : failure(results.error());
  const std::vector<ValueId> outputs = graph.node(id).outputs;
  for (std::size_t i = 0; i < outputs.size(); ++i) replace_by_constant(graph, outputs[i], (*results)[i]);
  return {};
}

}  // namespace

Status fold_constants(Graph& graph) {
  for (const NodeId id : graph.order()) TRY(fold_node(graph, id));
  graph.prune();
  return {};
}

}  // namespace diolkos::passes
