// Rounded weights and what rounding them changed, kept between the variants of one network: the search for scales is
// the costly part.
#pragma once

#include <map>
#include <string>

#include "quantize/quantize_tensor.h"

namespace diolkos::quantize {

class WeightCache {
 public:
  // As quantize_weights(). `name` identifies the weights; a cached answer is given where no scale must be larger.
  Result<QuantizedWeights> get(const std::string& name, const Tensor& weights, int axis, bool search,
                               std::span<const float> least);

 private:
  std::map<std::string, QuantizedWeights> known_;
};

}  // namespace diolkos::quantize
