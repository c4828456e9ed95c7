#include <fmt/format.h>

#include "graph/infer.h"
#include "reference/evaluate.h"

namespace diolkos::reference {
namespace {

using graph::Graph;
using graph::kNoValue;
using graph::Node;
using graph::NodeId;
using graph::ValueId;

std::size_t at(ValueId id) { return static_cast<std::size_t>(id); }

Status check_input(const graph::Value& input, const Tensor& given) {
  const Shape& expected = input.type.shape;
  bool fits = input.type.dtype == DType::undefined || input.type.dtype == given.dtype();
  if (input.type.dtype != DType::undefined) {
    fits = fits && expected.rank() == given.shape().rank();
    for (int i = 0; fits && i < expected.rank(); ++i) fits = expected[i] == -1 || expected[i] == given.shape()[i];
  }
  if (fits) return {};
  return invalid(fmt::format("input '{}' is {} {}, expected {} {}", input.name, name_of(given.dtype()),
                             to_string(given.shape()), name_of(input.type.dtype), to_string(expected)));
}

// What may decide a later shape is made a constant of the graph, so that inference sees it.
void give(Graph& graph, ValueId id, const Tensor& tensor) {
  constexpr std::int64_t kLongestShape = 4096;
  graph::Value& value = graph.value(id);
  value.type.dtype = tensor.dtype();
  value.type.shape = tensor.shape();
  if (tensor.elements() <= kLongestShape) value.constant = tensor;
}

// How many reads of each value are still to come; graph outputs count as one that never comes.
std::vector<int> pending_reads(const Graph& graph, const std::vector<NodeId>& order) {
  std::vector<int> pending(graph.value_count(), 0);
  for (NodeId id : order)
    for (ValueId input : graph.node(id).inputs)
      if (input != kNoValue) ++pending[at(input)];
  for (ValueId output : graph.outputs()) ++pending[at(output)];
  return pending;
}

Status run_node(Graph& graph, NodeId id, std::vector<Tensor>& tensors, std::vector<int>& pending) {
  TRY(graph::infer_node(graph, id));
  const Node& node = graph.node(id);
  std::vector<Tensor> inputs;
  for (ValueId input : node.inputs) inputs.push_back(input == kNoValue ? Tensor() : tensors[at(input)]);
  std::vector<Tensor> outputs;
  for (ValueId output : node.outputs) {
    const graph::TensorType& type = graph.value(output).type;
    TRY_ASSIGN(outputs.emplace_back(), Tensor::zeros(type.dtype, type.shape));
  }
  TRY(evaluate(graph, node, inputs, outputs));
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    tensors[at(node.outputs[i])] = outputs[i];
    give(graph, node.outputs[i], outputs[i]);
  }
  for (ValueId input : node.inputs)
    if (input != kNoValue && --pending[at(input)] == 0) tensors[at(input)] = Tensor();
  return {};
}

}  // namespace

Result<std::vector<Tensor>> run(const Graph& given, std::span<const Tensor> inputs) {
  if (inputs.size() != given.inputs().size())
    return invalid(fmt::format("{} inputs given, the graph has {}", inputs.size(), given.inputs().size()));
  Graph graph = given;
  std::vector<Tensor> tensors(graph.value_count());
  for (std::size_t i = 0; i < tensors.size(); ++i)
    if (const auto& constant = graph.value(static_cast<ValueId>(i)).constant) tensors[i] = *constant;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const ValueId id = graph.inputs()[i];
    TRY(check_input(graph.value(id), inputs[i]));
    tensors[at(id)] = inputs[i];
    give(graph, id, inputs[i]);
  }
  const std::vector<NodeId> order = graph.order();
  std::vector<int> pending = pending_reads(graph, order);
  for (NodeId id : order) TRY(run_node(graph, id, tensors, pending));
  std::vector<Tensor> outputs;
  for (ValueId output : graph.outputs()) {
    if (!tensors[at(output)].defined())
      return invalid(fmt::format("output '{}' is made by no node", graph.value(output).name));
    outputs.push_back(tensors[at(output)]);
  }
  return outputs;
}

}  // namespace diolkos::reference
