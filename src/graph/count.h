// Parameters and multiply-adds, as papers count them.
#pragma once

#include <cstdint>

#include "graph/graph.h"

namespace diolkos::graph {

// Multiply-adds of convolutions and matrix products (bias, activation and resizing are not counted); 0 for others.
std::int64_t multiply_adds(const Graph& graph, NodeId node);
std::int64_t multiply_adds(const Graph& graph);
// Elements of all floating-point constants that nodes read.
std::int64_t parameters(const Graph& graph);

}  // namespace diolkos::graph
