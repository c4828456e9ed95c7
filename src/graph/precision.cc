#include "graph/precision.h"

#include <algorithm>
#include <map>
#include <vector>

#include "graph/count.h"

namespace diolkos::graph {
namespace {

// Empty for what only converts or moves, or makes indices.
std::string precision_of(const Graph& graph, NodeId id) {
  const Node& node = graph.node(id);
  if (node.op == Op::QuantizeLinear || node.op == Op::DequantizeLinear || node.op == Op::Cast) return {};
  const TensorType& type = graph.value(node.output()).type;
  if (type.dtype == DType::float32) return "fp32";
  return type.quantization ? std::string(name_of(type.dtype)) : std::string();
}

}  // namespace

std::string precision_of(const Graph& graph) {
  std::map<std::string, std::int64_t> work;
  for (const NodeId id : graph.order())
    if (const std::string precision = precision_of(graph, id); !precision.empty())
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
