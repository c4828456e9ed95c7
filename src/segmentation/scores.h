// A network's answer, borrowed: scores of each class, or each pixel's class already (a network that ends in ArgMax).
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/result.h"
#include "base/tensor.h"

namespace diolkos::segmentation {

struct Scores {
  const float* values = nullptr;  // null where the network gives classes
  int classes = 0;
  int height = 0;
  int width = 0;

  std::size_t plane_size() const { return static_cast<std::size_t>(height) * static_cast<std::size_t>(width); }
  const float* plane(int index) const { return values + plane_size() * static_cast<std::size_t>(index); }
};

// What a network's output can be: float32 1xCxHxW with at most 256 classes, or int64, int32 or uint8 1xHxW or 1x1xHxW.
Status check_scores(DType dtype, const Shape& shape);

// The output's sizes and, for float32, its values.
Result<Scores> scores_of(const Tensor& output);

// Classes as bytes, for an output of integers; those outside 0 to 255 become 255 (void).
void to_bytes(const Tensor& classes, std::uint8_t* bytes);

}  // namespace diolkos::segmentation
