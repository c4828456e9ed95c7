#include "quantize/weight_cache.h"

namespace diolkos::quantize {

Result<QuantizedWeights> WeightCache::get(const std::string& name, const Tensor& weights, int axis, bool search,
                                          std::span<const float> least) {
  auto found = known_.find(name);
  if (found == known_.end()) {
    TRY_ASSIGN(QuantizedWeights made, quantize_weights(weights, axis, search, {}));
    found = known_.emplace(name, std::move(made)).first;
  }
  const auto& scales = found->second.parameters.scales;
  for (std::size_t c = 0; c < least.size(); ++c)
    if (least[c] > scales[c]) return quantize_weights(weights, axis, search, least);
  return found->second;
}

}  // namespace diolkos::quantize
