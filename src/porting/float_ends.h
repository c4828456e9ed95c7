// Float inputs and outputs for a network whose file has integers there.
#pragma once

#include "base/result.h"
#include "graph/graph.h"

namespace diolkos::porting {

// Before:  x: int8, scale s, zero point z -> ... -> y: int8
// After:   x: float32 -> QuantizeLinear -> ... -> DequantizeLinear -> y: float32
// Names stay with the ends; integers without a scale (classes) stay as they are. An image input in uint8 without a
// normalisation in the metadata gets the one under which the stored values are the pixels': mean z / 255, deviation
// 1 / (255 s).
Status give_float_ends(graph::Graph& graph);

}  // namespace diolkos::porting
