// State dicts for tests, altered as a test wants.
#pragma once

#include <algorithm>
#include <string_view>

#include "base/state_dict.h"
#include "models/architecture.h"

namespace diolkos::models {

inline void erase(StateDict& weights, std::string_view prefix) {
  std::erase_if(weights.tensors, [&](const NamedTensor& entry) { return entry.name.starts_with(prefix); });
}

inline void put(StateDict& weights, std::string_view name, Tensor tensor) {
  for (NamedTensor& entry : weights.tensors)
    if (entry.name == name) {
      entry.tensor = std::move(tensor);
      return;
    }
  weights.tensors.push_back({std::string(name), std::move(tensor)});
}

inline Tensor zeros(const Shape& shape, DType dtype = DType::float32) { return Tensor::zeros(dtype, shape).value(); }

// Everything that a network of these widths reads, as zeros.
class ZeroSource : public TensorSource {
 public:
  Tensor tensor(const std::string& name, const Shape& expected, Role) override {
    weights.tensors.push_back({name, zeros(expected)});
    return weights.tensors.back().tensor;
  }
  void batch_counter(const std::string&) override {}

  StateDict weights;
};

inline StateDict zero_weights(const Architecture& architecture) {
  ZeroSource source;
  build_network(architecture, source, {32, 32});
  return std::move(source.weights);
}

// A ResNet with bottlenecks of base width `base` instead of 64 and an FCN head.
inline Architecture narrow_fcn(std::int64_t base, const std::array<int, 4>& blocks, int classes) {
  ResNetSpec spec = standard_resnet(blocks);
  const auto narrowed = [&](std::int64_t width) { return width * base / 64; };
  spec.stem = narrowed(spec.stem);
  for (ResNetSpec::Stage& stage : spec.stages) {
    stage.out = narrowed(stage.out);
    for (ResNetSpec::Block& block : stage.blocks) block = {narrowed(block.conv1), narrowed(block.conv2)};
  }
  return {spec, FcnHeadSpec{narrowed(512), classes}, "narrow"};
}

}  // namespace diolkos::models
