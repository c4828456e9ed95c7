// The variants that store weights smaller and compute in float32.
#pragma once

#include "formats/tflite/model.h"
#include "quantize/weight_cache.h"

namespace diolkos::quantize {

// Every float32 constant in half precision, with a DEQUANTIZE in front of its users (which runtimes fold away).
Result<tflite::Model> to_float16(const tflite::Model& model);

// Weights of 1024 elements and more in int8, one scale for each output channel.
Result<tflite::Model> to_dynamic_range(const tflite::Model& model, bool search, WeightCache& cache);

}  // namespace diolkos::quantize
