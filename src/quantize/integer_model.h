// A float32 model with integer arithmetic.
#pragma once

#include "quantize/quantize_model.h"

namespace diolkos::quantize {

Result<tflite::Model> to_integer(const tflite::Model& model, Variant variant, const Statistics& statistics,
                                 const QuantizeOptions& options, WeightCache& cache);

}  // namespace diolkos::quantize
