// From what was observed of a tensor to the range that its integers shall cover.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "formats/tflite/model.h"
#include "quantize/histogram.h"

namespace diolkos::quantize {

using tflite::Range;

enum class RangeMethod {
  min_max,     // everything seen
  percentile,  // at most (100 - percentile) % of the values beyond each end
  entropy,     // the threshold on |x| of the least Kullback-Leibler divergence (TensorRT's way)
  mse,         // the ends of the least expected squared error, clipping and rounding together
};

std::span<const std::string_view> range_method_names();  // "min-max", "percentile", "entropy", "mse"
std::optional<RangeMethod> range_method_named(std::string_view name);

struct RangeOptions {
  RangeMethod method = RangeMethod::min_max;
  double percentile = 99.99;
};

// `levels`: how many integers there are, 256 or 65536. The range always holds 0.
Range choose_range(const Histogram& histogram, const RangeOptions& options, int levels);

}  // namespace diolkos::quantize
