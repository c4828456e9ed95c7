// The variants that store weights smaller and compute in float32. Where statistics are given, the mean of what rounding
// takes from each output channel goes into the bias (options.bias_correction).
#pragma once

#include "quantize/quantize_model.h"

namespace diolkos::quantize {

// Weights in half precision, with a DEQUANTIZE in front of their users (which runtimes fold away). Other constants stay
// in float32: they are few, and adding in half precision is where accuracy goes.
Result<tflite::Model> to_float16(const tflite::Model& model, const Statistics& statistics,
                                 const QuantizeOptions& options);

// Weights of 1024 elements and more in int8, one scale for each output channel.
Result<tflite::Model> to_dynamic_range(const tflite::Model& model, const Statistics& statistics,
                                       const QuantizeOptions& options, WeightCache& cache);

}  // namespace diolkos::quantize
