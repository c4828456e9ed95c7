// In which types a network computes, for people.
#pragma once

#include <string>

#include "graph/graph.h"

namespace diolkos::graph {

// "fp32", "int8", "int8+fp32", "int8+int16": of the nodes that compute, the one with the most multiply-adds first.
// Conversions (QuantizeLinear, DequantizeLinear, Cast) are not counted; what computes between a DequantizeLinear and a
// QuantizeLinear of 8 bits, itself or behind a Relu or Clip, is int8.
std::string precision_of(const Graph& graph);

}  // namespace diolkos::graph
