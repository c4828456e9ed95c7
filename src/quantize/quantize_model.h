// A float32 TFLite model to one of its variants.
#pragma once

#include <filesystem>
#include <functional>
#include <set>
#include <string>

#include "formats/tflite/model.h"
#include "quantize/range_method.h"
#include "quantize/statistics.h"
#include "quantize/variant.h"
#include "quantize/weight_cache.h"

namespace diolkos::quantize {

struct QuantizeOptions {
  RangeOptions range;
  bool bias_correction = true;   // take the mean error of rounded weights out of the bias
  bool weight_search = true;     // scale of each channel's weights by least squared error instead of the largest
  bool equalize = false;         // channels between two convolutions brought to like ranges first
  std::set<std::string> keep_float;  // operators, by their output's name, that stay in float32
  std::set<std::string> keep_int16;  // that compute with int16 activations
  // Has the last word on a model before it is written: metadata that only the quantized model can tell.
  std::function<Status(Variant variant, const std::filesystem::path& path, tflite::Model& model)> finish;
};

// `statistics` are of the float network, by tensor name; variants that need none take an empty one. `cache` is shared
// between the variants of one network and one set of options. An operator without an integer kernel stays in float. An
// error names the tensor that nothing was observed of.
Result<tflite::Model> quantize(const tflite::Model& model, Variant variant, const Statistics& statistics,
                               const QuantizeOptions& options, WeightCache& cache);

}  // namespace diolkos::quantize
