// Convolutions of one tap: products of each pixel's channels with a constant matrix.
#pragma once

#include "graph/graph.h"

namespace diolkos::passes {

// Of float32, one group and stride, whose weights, and bias if any, are constants.
bool is_pointwise(const graph::Graph& graph, const graph::Node& node);

// Columns [first, first + count) of a pointwise convolution's weights [outputs][inputs][1][1].
Result<Tensor> input_columns(const graph::Graph& graph, graph::ValueId weights, std::int64_t first, std::int64_t count);

}  // namespace diolkos::passes
