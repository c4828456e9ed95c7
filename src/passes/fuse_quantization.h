// y = QuantizeLinear(f(DequantizeLinear(x:int8), ...)) -> y:int8 = f(x:int8, ...), whose values carry their scales; an
// activation on the way stays behind it:
//
//   y = QuantizeLinear(Relu(Conv(DequantizeLinear(x:int8), DequantizeLinear(w:int8), b)), s, z)
//   ->
//   c:int8 quant(s, z) = Conv(x, w, b:int32)
//   y:int8 quant(s, z) = Relu(c)
//
// f: Conv (dense or depthwise), Add, Sub, Mul, AveragePool on one scale, GlobalAveragePool, ReduceMean over the image,
// linear Resize on one scale, Softmax, Relu and Clip on one scale. ArgMax and ArgMin of a DequantizeLinear read the
// integers. A bias becomes int32 where that moves the result by no more than 1/128 of a step.
// The results are those of the floats, but for those that lie on the middle between two integers: there it is the other
// one that may be taken.
#pragma once

#include "base/result.h"
#include "graph/graph.h"

namespace diolkos::passes {

Status fuse_quantization(graph::Graph& graph);

}  // namespace diolkos::passes
