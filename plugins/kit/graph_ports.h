// Ports of a network that a plugin reads by our own reader (its LINKS name diolkos_formats_onnx).
#pragma once

#include <span>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "kit/runtime.h"

namespace diolkos::plugin {

inline Result<diolkos_dtype> contract_dtype_of(DType dtype) {
  switch (dtype) {
    case DType::float32: return DIOLKOS_FLOAT32;
    case DType::int32: return DIOLKOS_INT32;
    case DType::int64: return DIOLKOS_INT64;
    case DType::uint8: return DIOLKOS_UINT8;
    case DType::int8: return DIOLKOS_INT8;
    default: return unsupported("inputs and outputs of " + std::string(name_of(dtype)) + " are none of this plugin's");
  }
}

// Types must be known. Of rank 4: NCHW, as ONNX has it.
inline Result<std::vector<Port>> ports_of(const graph::Graph& graph, std::span<const graph::ValueId> values) {
  std::vector<Port> ports;
  for (const graph::ValueId id : values) {
    const graph::Value& value = graph.value(id);
    const Result<diolkos_dtype> dtype = contract_dtype_of(value.type.dtype);
    if (!dtype) return failure(within("'" + value.name + "'", dtype.error()));
    Port port;
    port.name = value.name;
    port.dtype = *dtype;
    port.dims.assign(value.type.shape.begin(), value.type.shape.end());
    if (port.dims.size() == 4) port.layout = DIOLKOS_NCHW;
    ports.push_back(std::move(port));
  }
  return ports;
}

}  // namespace diolkos::plugin
