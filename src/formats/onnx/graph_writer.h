// Graph to GraphProto.
#pragma once

#include "base/result.h"
#include "graph/graph.h"

namespace onnx {
class GraphProto;
}

namespace diolkos::formats::onnx_io {

// Every type must be known. Constants that nothing reads are left out. Errors name the node or value.
Status write_graph(const graph::Graph& graph, int opset, ::onnx::GraphProto& proto);

}  // namespace diolkos::formats::onnx_io
