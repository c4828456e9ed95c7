// DequantizeLinear(constant) -> float constant: of operators that stay in float32, whose kernels pack their weights.
#pragma once

#include "base/result.h"
#include "graph/graph.h"

namespace diolkos::passes {

Status fold_dequantized_constants(graph::Graph& graph);

}  // namespace diolkos::passes
