// Parameters and multiply-adds, as papers count them.
#pragma once

#include <cstdint>

#include "graph/graph.h"

namespace diolkos::graph {

// Multiply-adds of convolutions and matrix products (bias, activation and resizing are not counted); 0 for others, and
// where types are not known. The largest int64 where more.
std::int64_t multiply_adds(const Graph& graph, NodeId node);
std::int64_t multiply_adds(const Graph& graph);
// Elements of all floating-point constants that nodes read, each once; scalars, Resize's scales and Clip's bounds
// apart, which were not learnt.
std::int64_t parameters(const Graph& graph);

}  // namespace diolkos::graph
