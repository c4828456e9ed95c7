// A graph as the bytes of a model file, for runtimes that read one.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "graph/graph.h"

namespace diolkos::engines {

// `format` is "onnx" or "tflite" (float32, NHWC).
Result<std::vector<std::byte>> model_bytes(const graph::Graph& graph, std::string_view format);

}  // namespace diolkos::engines
