// One model in ONNX Runtime.
#pragma once

#include <memory>

#include "kit/runtime.h"
#include "onnxruntime/library.h"

namespace diolkos::plugin::ort {

// Devices are "cpu", "cuda:0" and "tensorrt:0" (a GPU by ONNX Runtime's TensorRT provider).
Result<std::unique_ptr<Model>> load_session(const Runtime& runtime, const diolkos_load_options& options);

}  // namespace diolkos::plugin::ort
