#include "passes/merge_pointwise_convolutions.h"

#include <vector>

#include "passes/pointwise.h"
#include "passes/read_counts.h"
#include "passes/rewrite.h"
#include "passes/tokens.h"

namespace diolkos::passes {
namespace {

using graph::Graph;
using graph::kNoNode;
using graph::kNoValue;
using graph::NodeId;
using graph::Op;
using graph::ValueId;

// Two matrices, and what each adds; summed in double and rounded once.
struct Merged {
  std::int64_t outputs, middle, inputs;
  std::span<const float> first, second, first_bias, second_bias;

  Result<Tensor> weights() const {
    TRY_ASSIGN(Tensor made, Tensor::zeros(DType::float32, {outputs, inputs, 1, 1}));
    std::vector<double> row(static_cast<std::size_t>(inputs));
    auto to = made.mutable_as<float>().begin();
    for (std::int64_t o = 0; o < outputs; ++o) {
      std::fill(row.begin(), row.end(), 0.0);
      for (std::int64_t m = 0; m < middle; ++m)
        for (std::size_t i = 0; i < row.size(); ++i)
          row[i] += static_cast<double>(second[static_cast<std::size_t>(o * middle + m)]) *
                    static_cast<double>(first[static_cast<std::size_t>(m) * row.size() + i]);
      for (const double sum : row) *to++ = static_cast<float>(sum);
    }
    return made;
  }

  Result<Tensor> bias() const {
    TRY_ASSIGN(Tensor made, Tensor::zeros(DType::float32, {outputs}));
    for (std::int64_t o = 0; o < outputs; ++o) {
      double sum = second_bias.empty() ? 0 : static_cast<double>(second_bias[static_cast<std::size_t>(o)]);
      for (std::size_t m = 0; m < first_bias.size(); ++m)
        sum += static_cast<double>(second[static_cast<std::size_t>(o * middle) + m]) *
               static_cast<double>(first_bias[m]);
      made.mutable_as<float>()[static_cast<std::size_t>(o)] = static_cast<float>(sum);
    }
    return made;
  }
};

}  // namespace

Status merge_pointwise_convolutions(Graph& graph) {
  ReadCounts reads(graph);
  for (const NodeId id : graph.order()) {
    if (!is_pointwise(graph, graph.node(id))) continue;
    const NodeId before = reads.sole_producer(graph, graph.node(id).input(0), Op::Conv);
    if (before == kNoNode || !is_pointwise(graph, graph.node(before))) continue;
    const graph::Node first = graph.node(before), second = graph.node(id);
    const Shape outer = graph.value(second.input(1)).type.shape, inner = graph.value(first.input(1)).type.shape;
    const Merged merged{outer[0], outer[1], inner[1], float_constant(graph, first.input(1)),
                        float_constant(graph, second.input(1)), float_constant(graph, first.input(2)),
                        float_constant(graph, second.input(2))};
    if (merged.outputs * merged.inputs > merged.middle * (merged.outputs + merged.inputs)) continue;
    const bool biased = first.input(2) != kNoValue || second.input(2) != kNoValue;
    TRY_ASSIGN(Tensor weights, merged.weights());
    TRY_ASSIGN(Tensor bias, merged.bias());
    reads.remove(second);
    const std::string name = graph.value(second.output()).name;
    std::vector<ValueId> inputs{first.input(0), graph.add_constant(name + "/weights", std::move(weights))};
    if (biased) inputs.push_back(graph.add_constant(name + "/bias", std::move(bias)));
    graph.node(id).inputs = std::move(inputs);
    reads.add(graph.node(id));
  }
  graph.prune();
  return {};
}

}  // namespace diolkos::passes
