// x * (erf(x / sqrt 2) + 1) / 2 -> Gelu(x); x * (tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)) + 1) / 2 -> Gelu(x) {tanh};
// whatever the order of the factors
#pragma once

#include "graph/graph.h"

namespace diolkos::passes {

Status fuse_gelu(graph::Graph& graph);

}  // namespace diolkos::passes
