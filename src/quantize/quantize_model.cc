#include "quantize/quantize_model.h"

#include "quantize/integer_model.h"
#include "quantize/weight_variants.h"

namespace diolkos::quantize {

Result<tflite::Model> quantize(const tflite::Model& model, Variant variant, const Statistics& statistics,
                               const QuantizeOptions& options, WeightCache& cache) {
  switch (variant) {
    case Variant::float32: return model;
    case Variant::float16: return to_float16(model, statistics, options);
    case Variant::dynamic_range: return to_dynamic_range(model, statistics, options, cache);
    default: return to_integer(model, variant, statistics, options, cache);
  }
}

}  // namespace diolkos::quantize
