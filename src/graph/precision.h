// In which types a network computes, for people.
#pragma once

#include <string>

#include "graph/graph.h"

namespace diolkos::graph {

// "fp32", "int8", "int8+fp32", "int8+int16": of the nodes that compute, the one with the most multiply-adds first.
// Conversions at the ends (QuantizeLinear, DequantizeLinear, Cast) are not counted.
std::string precision_of(const Graph& graph);

}  // namespace diolkos::graph
