#include "formats/tflite/nhwc.h"

#include "base/strided_copy.h"

namespace diolkos::tflite {

Shape permuted(const Shape& shape, const Permutation& permutation) {
  Shape result;
  for (int axis : permutation) result.push_back(shape[axis]);
  return result;
}

Shape to_nhwc(const Shape& shape) { return shape.rank() == 4 ? permuted(shape, kToNhwc) : shape; }

int axis_to_nhwc(int axis, int rank) {
  constexpr std::array<int, 4> kPlace{0, 3, 1, 2};
  return rank == 4 ? kPlace[static_cast<std::size_t>(axis)] : axis;
}

Result<Tensor> permuted(const Tensor& tensor, const Permutation& permutation) {
  const Shape& from = tensor.shape();
  const Shape to = permuted(from, permutation);
  const std::array<std::int64_t, 4> dense{from[1] * from[2] * from[3], from[2] * from[3], from[3], 1};
  std::array<std::int64_t, 4> strides{};
  for (std::size_t i = 0; i < 4; ++i) strides[i] = dense[static_cast<std::size_t>(permutation[i])];
  if (is_row_major(to, strides)) return tensor.reshaped(to);
  TRY_ASSIGN(Tensor result, Tensor::zeros(tensor.dtype(), to));
  if (result.elements() > 0)
    copy_strided(to, strides, size_of(tensor.dtype()), tensor.data(), result.mutable_data());
  return result;
}

namespace {

// With axes of 1 in front, up to 4.
Tensor widened(const Tensor& tensor) {
  Shape wide;
  for (int i = tensor.shape().rank(); i < 4; ++i) wide.push_back(1);
  for (std::int64_t dim : tensor.shape()) wide.push_back(dim);
  return tensor.reshaped(wide);
}

}  // namespace

Result<Tensor> operand_to_nhwc(const Tensor& tensor, int rank) {
  if (tensor.elements() == 1 && tensor.shape().rank() < rank) return tensor.reshaped(Shape{});
  if (rank != 4) return tensor;
  return permuted(widened(tensor), kToNhwc);
}

Result<Tensor> operand_from_nhwc(const Tensor& tensor) { return permuted(widened(tensor), kToNchw); }

}  // namespace diolkos::tflite
