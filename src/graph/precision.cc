#include "graph/precision.h"

#include <algorithm>
#include <map>
#include <vector>

#include "graph/count.h"

namespace diolkos::graph {
namespace {

using Readers = std::map<ValueId, std::vector<NodeId>>;

Readers readers_of(const Graph& graph) {
  Readers readers;
  for (const NodeId id : graph.order())
    for (const ValueId input : graph.node(id).inputs)
      if (input != kNoValue) readers[input].push_back(id);
  return readers;
}

bool is_byte(const Graph& graph, ValueId id) {
  const DType dtype = graph.value(id).type.dtype;
  return dtype == DType::int8 || dtype == DType::uint8;
}

bool is_dequantized(const Graph& graph, ValueId id) {
  if (id == kNoValue || graph.value(id).producer == kNoNode) return false;
  const Node& node = graph.node(graph.value(id).producer);
  return node.op == Op::DequantizeLinear && is_byte(graph, node.input(0));
}

// By all that read it, behind an activation or not.
bool is_quantized(const Graph& graph, const Readers& readers, ValueId id, bool activated = false) {
  const auto found = readers.find(id);
  if (found == readers.end() || graph.is_output(id)) return false;
  return std::all_of(found->second.begin(), found->second.end(), [&](NodeId reader) {
    const Node& node = graph.node(reader);
    if (node.op == Op::QuantizeLinear) return is_byte(graph, node.output());
    const bool activates = node.op == Op::Relu || node.op == Op::Clip;
    return activates && !activated && is_quantized(graph, readers, node.output(), true);
  });
}

// Empty for what only converts or moves, or makes indices.
std::string precision_of(const Graph& graph, const Readers& readers, NodeId id) {
  const Node& node = graph.node(id);
  if (node.op == Op::QuantizeLinear || node.op == Op::DequantizeLinear || node.op == Op::Cast) return {};
  if (node.op == Op::QLinearConv) return "int8";
  if (is_dequantized(graph, node.input(0)) && is_quantized(graph, readers, node.output())) return "int8";
  if (node.op == Op::Relu || node.op == Op::Clip) {  // counted with what it is the activation of
    const ValueId x = node.input(0);
    if (is_quantized(graph, readers, node.output()) && graph.value(x).producer != kNoNode &&
        is_dequantized(graph, graph.node(graph.value(x).producer).input(0)))
      return {};
  }
  const TensorType& type = graph.value(node.output()).type;
  if (type.dtype == DType::float32) return "fp32";
  return type.quantization ? std::string(name_of(type.dtype)) : std::string();
}

}  // namespace

std::string precision_of(const Graph& graph) {
  const Readers readers = readers_of(graph);
  std::map<std::string, std::int64_t> work;
  for (const NodeId id : graph.order())
    if (const std::string precision = precision_of(graph, readers, id); !precision.empty())
      work[precision] += 1 + multiply_adds(graph, id);
  if (work.empty()) return "fp32";
  std::vector<std::pair<std::int64_t, std::string>> sorted;
  for (const auto& [precision, count] : work) sorted.emplace_back(-count, precision);
  std::sort(sorted.begin(), sorted.end());
  std::string text;
  for (const auto& [count, precision] : sorted) text += (text.empty() ? "" : "+") + precision;
  return text;
}

}  // namespace diolkos::graph
