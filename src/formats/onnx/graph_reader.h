// GraphProto to graph.
#pragma once

#include "base/result.h"
#include "formats/onnx/external_data.h"
#include "graph/graph.h"

namespace onnx {
class GraphProto;
}

namespace diolkos::formats::onnx_io {

// Takes tensors' data out of `proto`. Inputs and outputs keep their names; initializers are constants, also where they
// are inputs too.
Result<graph::Graph> read_graph(::onnx::GraphProto& proto, int opset, ExternalData& external);

}  // namespace diolkos::formats::onnx_io
