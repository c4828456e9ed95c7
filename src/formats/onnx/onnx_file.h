// ONNX models: bytes to graph and graph to bytes.
#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "base/result.h"
#include "graph/graph.h"

namespace diolkos::formats {

// Opsets 9 to 22, brought up to 22's forms; 23 to 25 too, which mean the same for the operators that we know.
// Types of inner values are left unknown. Open input dimensions are -1. External data is read from beside the file,
// never from outside its folder. Errors carry the path and the node.
// `companions`, where given, becomes the list of the files beside it that were read.
Result<graph::Graph> read_onnx(const std::filesystem::path& path,
                               std::vector<std::filesystem::path>* companions = nullptr);
Result<graph::Graph> read_onnx(std::span<const std::byte> bytes, const std::filesystem::path& folder = {});

// One tensor on its own (a serialized TensorProto), as ONNX's test data keeps them.
Result<Tensor> read_onnx_tensor(std::span<const std::byte> bytes);

struct OnnxWriteOptions {
  int opset = 17;
};

// Types must be known; operators of our own (FusedConv) are an error. Operators on integers are written as operators on
// floats between DequantizeLinear and QuantizeLinear. The same graph gives the same bytes.
Status write_onnx(const graph::Graph& graph, const std::filesystem::path& path, const OnnxWriteOptions& options = {});
// The same bytes, in memory.
Result<std::vector<std::byte>> serialize_onnx(const graph::Graph& graph, const OnnxWriteOptions& options = {});

}  // namespace diolkos::formats
