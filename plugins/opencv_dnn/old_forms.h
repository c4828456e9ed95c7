// The network in forms of ONNX that OpenCV 4.6 reads.
#pragma once

#include <string>

#include "base/result.h"
#include "graph/graph.h"

namespace diolkos::plugin::opencv_dnn {

// The bytes of an ONNX file of opset 13, in which HardSwish is spelt out and gates stand before what they gate;
// convolutions tell their kernel's shape; Clip has its bounds as attributes, which is opset 6's form and the only one
// that OpenCV 4.6 reads (newer ones read both).
Result<std::string> opencv_onnx(const graph::Graph& graph);

}  // namespace diolkos::plugin::opencv_dnn
