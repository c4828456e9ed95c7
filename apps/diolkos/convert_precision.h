// The part of `diolkos convert` that writes a precision into an ONNX file's types: for runtimes that compute in what
// the file says, TensorRT 11 among them.
#pragma once

#include <string>

#include "convert_tflite.h"
#include "porting/load_model.h"

namespace diolkos::cli {

// `precision` is "fp16" (float16 between Casts, calibration data optional) or "int8" (pairs of QuantizeLinear and
// DequantizeLinear, calibration data needed). Returns a line that says what was done.
Result<std::string> write_in_types(porting::LoadedModel& model, const std::string& precision,
                                   const TfliteOptions& options);

}  // namespace diolkos::cli
