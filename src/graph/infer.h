// Types of values from the types of a node's inputs, by ONNX's rules.
#pragma once

#include <vector>

#include "base/result.h"
#include "graph/graph.h"

namespace diolkos::graph {

// The types of a node's outputs. Its inputs' types must be known, and inputs that decide a shape (Reshape's second,
// Slice's starts, …) constant; errors say which is not.
Result<std::vector<TensorType>> infer_types(const Graph& graph, const Node& node);

// Sets the output types of one node by infer_types. Quantization that a value carries stays.
Status infer_node(Graph& graph, NodeId node);

// infer_node for every node in order. Where shapes depend on values computed in the graph (Shape, Gather, Concat …
// chains), use passes::fold_constants, which infers and folds hand in hand.
Status infer_shapes(Graph& graph);

}  // namespace diolkos::graph
