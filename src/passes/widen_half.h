// float16 (and bfloat16) network -> the same network in float32, for a runtime whose kernels compute in that:
//
//   y:float16 = Conv(x:float16, w:float16)
//   ->
//   y:float16 = Cast(Conv(Cast(x, float32), w:float32), float16)
//
// Inputs and outputs keep their types; casts between have nothing left to do and go with eliminate_identity. What
// float16 would have rounded on the way is not rounded.
#pragma once

#include "base/result.h"
#include "graph/graph.h"

namespace diolkos::passes {

// Whether an input, a constant or a Cast brings 16-bit floats in.
bool has_half(const graph::Graph& graph);

// Types must be known. Quantized values stay.
Status widen_half(graph::Graph& graph);

}  // namespace diolkos::passes
