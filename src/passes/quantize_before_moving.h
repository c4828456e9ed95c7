// QuantizeLinear(M(x, ...)) -> M(QuantizeLinear(x), ...), where M only moves elements: Concat, MaxPool, Reshape, ...
// QuantizeLinear(DequantizeLinear(x)) on the same scale -> x
#pragma once

#include "base/result.h"
#include "graph/graph.h"

namespace diolkos::passes {

Status quantize_before_moving(graph::Graph& graph);

}  // namespace diolkos::passes
