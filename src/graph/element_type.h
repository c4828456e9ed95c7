// ONNX's numbers for element types, as attributes hold them (Cast's `to`, QuantizeLinear's `output_dtype`).
#pragma once

#include <cstdint>
#include <optional>

#include "base/dtype.h"

namespace diolkos::graph {

std::optional<DType> dtype_of_onnx(std::int64_t code);  // nullopt for types that Diolkos does not hold
std::int64_t onnx_of_dtype(DType dtype);                // 0 for undefined

}  // namespace diolkos::graph
