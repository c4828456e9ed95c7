// ValueInfoProto and the type of a tensor.
#pragma once

#include <string_view>

#include "base/result.h"
#include "graph/graph.h"

namespace onnx {
class ValueInfoProto;
}

namespace diolkos::formats::onnx_io {

// Named and missing dimensions are open (-1). Errors name the input: no shape, sequences, types we do not hold.
Result<graph::TensorType> read_type(const ::onnx::ValueInfoProto& input);

void write_type(std::string_view name, const graph::TensorType& type, ::onnx::ValueInfoProto& proto);

}  // namespace diolkos::formats::onnx_io
