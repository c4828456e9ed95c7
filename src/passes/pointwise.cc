#include "passes/pointwise.h"

#include "graph/window.h"
#include "passes/rewrite.h"

namespace diolkos::passes {

using graph::Graph;
using graph::kNoValue;
using graph::ValueId;

bool is_pointwise(const Graph& graph, const graph::Node& node) {
  if (node.op != graph::Op::Conv || float_constant(graph, node.input(1)).empty()) return false;
  if (node.input(2) != kNoValue && float_constant(graph, node.input(2)).empty()) return false;
  const auto window = graph::resolve_window(graph, node);
  if (!window || window->spatial_rank != 2 || window->groups != 1) return false;
  for (std::size_t axis = 0; axis < 2; ++axis)
    if ((*window)[axis].kernel != 1 || (*window)[axis].stride != 1 || (*window)[axis].input != (*window)[axis].output)
      return false;
  return true;
}

Result<Tensor> input_columns(const Graph& graph, ValueId weights, std::int64_t first, std::int64_t count) {
  const std::int64_t outputs = graph.value(weights).type.shape[0], inputs = graph.value(weights).type.shape[1];
  TRY_ASSIGN(Tensor made, Tensor::zeros(DType::float32, {outputs, count, 1, 1}));
  const auto from = float_constant(graph, weights);
  auto to = made.mutable_as<float>().begin();
  for (std::int64_t o = 0; o < outputs; ++o)
    for (std::int64_t i = first; i < first + count; ++i) *to++ = from[static_cast<std::size_t>(o * inputs + i)];
  return made;
}

}  // namespace diolkos::passes
