// Graph to TFLite model: float32, NHWC, activations fused. A convolutional network gets no TRANSPOSE.
#pragma once

#include "formats/tflite/model.h"
#include "graph/graph.h"

namespace diolkos::tflite {

// The graph must be legalized and every type known. A tensor is named as the value that it holds; tensors without one
// (padded inputs, transposed ones) are made by operators whose output has their input's range. An operator that TFLite
// cannot express is an error that names the node and what to do.
Result<Model> lower(const graph::Graph& graph);

}  // namespace diolkos::tflite
