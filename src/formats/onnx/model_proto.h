// A model's bytes as protobuf messages, and what Diolkos asks of them before it looks at the graph.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "base/result.h"

namespace onnx {
class ModelProto;
}

namespace diolkos::formats::onnx_io {

inline constexpr int kOldestOpset = 9;
// Up to this one the operators that we know only gained types after opset 22, except Swish, which came with 24.
inline constexpr int kNewestOpset = 25;

// Parses; an error where the bytes are not a model with a graph.
Result<std::unique_ptr<::onnx::ModelProto>> parse_model(std::span<const std::byte> bytes);

// The version of ONNX's own operator set that the model imports; an error where it is outside what we know.
Result<int> opset_of(const ::onnx::ModelProto& model);

}  // namespace diolkos::formats::onnx_io
