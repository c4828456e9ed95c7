// TFLite model to graph: NCHW, ONNX's operators. Quantized tensors become values whose type carries the quantization;
// nodes that make such values compute in integers as TFLite defines it (reference/quantized). Fused activations stand
// behind their operator as nodes of their own: on the same scale, clamping twice is clamping once.
#pragma once

#include "formats/tflite/model.h"
#include "graph/graph.h"

namespace diolkos::tflite {

// Inputs and outputs are NCHW too; metadata 'diolkos.layout' says so. Weights in float16, and int8 weights of operators
// that compute in float (dynamic range), become float32. What has no counterpart is an error naming the operator.
Result<graph::Graph> raise(const Model& model);

}  // namespace diolkos::tflite
