// TFLite's numbers for element types.
#pragma once

#include <cstdint>
#include <optional>

#include "base/dtype.h"

namespace diolkos::tflite {

std::optional<DType> dtype_of_code(std::int8_t code);  // nullopt for types that Diolkos does not hold
std::optional<std::int8_t> code_of_dtype(DType dtype);

}  // namespace diolkos::tflite
