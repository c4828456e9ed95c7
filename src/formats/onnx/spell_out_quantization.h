// Operators on integers -> the same operators on floats between DequantizeLinear and QuantizeLinear: the form in which
// ONNX tells quantized networks (QDQ), from which runtimes make their integer kernels again.
//
//   y:q = Conv(x:q, w:q, b:q)
//   ->
//   y:q = QuantizeLinear(Conv(DequantizeLinear(x:q), DequantizeLinear(w:q), DequantizeLinear(b:q)))
//
// An activation on its input's scale stands before the QuantizeLinear: clamping after rounding is clamping before it.
// int8 activations become uint8 with a zero point 128 higher, the same real values, which x86's products of uint8 by
// int8 take as they are.
#pragma once

#include "base/result.h"
#include "graph/graph.h"

namespace diolkos::formats::onnx_io {

// Whether a node other than QuantizeLinear and DequantizeLinear computes on integers that stand for reals.
bool computes_in_integers(const graph::Graph& graph);

// Types must be known. int16 activations are refused: QuantizeLinear has none at the opsets that runtimes take.
Result<graph::Graph> spell_out_quantization(const graph::Graph& graph);

}  // namespace diolkos::formats::onnx_io
