// y = QLinearConv(x, x_scale, x_zero, w, w_scale, w_zero, y_scale, y_zero, b)
//   -> y = QuantizeLinear(Conv(DequantizeLinear(x), DequantizeLinear(w), DequantizeLinear(b)), y_scale, y_zero)
// y:int8 = M(x:int8), where M only moves elements that a QuantizeLinear made -> QuantizeLinear(M(DequantizeLinear(x)))
#pragma once

#include "base/result.h"
#include "graph/graph.h"

namespace diolkos::passes {

Status expand_quantized_conv(graph::Graph& graph);

}  // namespace diolkos::passes
