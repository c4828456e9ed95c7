// From ONNX's layout to TFLite's: every rank-4 tensor NCHW becomes NHWC, other ranks stay.
#pragma once

#include <array>

#include "base/result.h"
#include "base/tensor.h"

namespace diolkos::tflite {

using Permutation = std::array<int, 4>;  // of the result's axis i: which axis of the source
inline constexpr Permutation kToNhwc{0, 2, 3, 1};
inline constexpr Permutation kToNchw{0, 3, 1, 2};

Shape to_nhwc(const Shape& shape);
int axis_to_nhwc(int axis, int rank);

Shape permuted(const Shape& shape, const Permutation& permutation);
Result<Tensor> permuted(const Tensor& tensor, const Permutation& permutation);  // rank 4

// A constant operand that ONNX broadcasts against a tensor of `rank`: padded with axes of 1 in front and brought to
// NHWC where rank is 4. One element stays as it is.
Result<Tensor> operand_to_nhwc(const Tensor& tensor, int rank);

// The way back for a constant of fewer than 4 axes that TFLite broadcasts against an image.
Result<Tensor> operand_from_nhwc(const Tensor& tensor);

}  // namespace diolkos::tflite
