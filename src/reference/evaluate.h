// The meaning of every operator, as plain loops: what faster code is compared with, what folds constants, and what
// runs an operator that no fast kernel takes.
#pragma once

#include <span>
#include <vector>

#include "base/result.h"
#include "base/tensor.h"
#include "graph/graph.h"

namespace diolkos::reference {

// Computes `node` into `outputs`: allocated by the caller with the types that graph::infer_node gives.
// inputs[i] is undefined (Tensor{}) for an absent optional input.
Status evaluate(const graph::Graph& graph, const graph::Node& node, std::span<const Tensor> inputs,
                std::span<Tensor> outputs);

// The same, whatever quantization the values carry: their types are taken to be those of the tensors.
Status evaluate_plain(const graph::Graph& graph, const graph::Node& node, std::span<const Tensor> inputs,
                      std::span<Tensor> outputs);

// Runs the whole graph; inputs in the order of graph.inputs().
Result<std::vector<Tensor>> run(const graph::Graph& graph, std::span<const Tensor> inputs);

}  // namespace diolkos::reference
