// Where a network's tensors come from while it is built: a checkpoint, checked, or a generator of random numbers. So
// one description of an architecture serves both, and both know the same names and shapes.
#pragma once

#include <cstdint>
#include <string>

#include "base/shape.h"
#include "base/tensor.h"

namespace diolkos::models {

inline constexpr std::int64_t kUnknownWidth = -1;  // a channel count that nothing tells

enum class Role { conv_weight, conv_bias, norm_weight, norm_bias, norm_mean, norm_variance };

class TensorSource {
 public:
  virtual ~TensorSource() = default;
  // float32 of the shape `expected`; open dimensions are widths that nothing tells. A source that cannot serve
  // returns an undefined tensor and reports at its end.
  virtual Tensor tensor(const std::string& name, const Shape& expected, Role role) = 0;
  // A batch normalisation's count of the batches it was trained with: in a state dict, of no use to a graph.
  virtual void batch_counter(const std::string& name) = 0;
};

}  // namespace diolkos::models
