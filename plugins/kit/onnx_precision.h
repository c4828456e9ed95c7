// What an ONNX file computes in, told by whether it holds quantized operators.
#pragma once

#include <string>

#include "base/result.h"
#include "diolkos/plugin.h"

namespace diolkos::plugin {

// "int8" where the file names QuantizeLinear or an operator of integers, else "fp32".
Result<std::string> precision_of_onnx(const diolkos_load_options& options);

}  // namespace diolkos::plugin
