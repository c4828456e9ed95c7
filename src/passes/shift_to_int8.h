// QuantizeLinear(x, s, z:uint8) -> QuantizeLinear(x, s, z - 128:int8), and so its DequantizeLinears: the same reals.
// A uint8 end of the network stays; the network between is int8:
//   DequantizeLinear(input:uint8) -> DequantizeLinear(QuantizeLinear(DequantizeLinear(input), int8))
#pragma once

#include "base/result.h"
#include "graph/graph.h"

namespace diolkos::passes {

Status shift_to_int8(graph::Graph& graph);

}  // namespace diolkos::passes
