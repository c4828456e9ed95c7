// Which node makes which value, and an order in which every node comes after those that it reads.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace onnx {
class GraphProto;
class NodeProto;
}  // namespace onnx

namespace diolkos::formats::onnx_io {

// Indices into graph.node(): the file's order where that is already sound, as the standard asks.
// Errors: a name defined twice, an input that nothing makes, a cycle.
Result<std::vector<int>> node_order(const ::onnx::GraphProto& graph);

// "node 'conv1' (Conv)"; a node without a name goes by its first output's.
std::string describe(const ::onnx::NodeProto& node);
std::string name_of(const ::onnx::NodeProto& node);

}  // namespace diolkos::formats::onnx_io
