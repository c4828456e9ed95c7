// An ONNX file as a graph of ATen's operators.
#pragma once

#include "kit/runtime.h"

namespace diolkos::plugin::libtorch {

// Unsupported errors name the node that ATen's operators do not do.
Result<std::unique_ptr<Model>> load_session(const diolkos_load_options& options);

}  // namespace diolkos::plugin::libtorch
