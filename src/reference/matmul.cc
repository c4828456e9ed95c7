#include <algorithm>
#include <vector>

#include "graph/broadcast.h"
#include "reference/operators.h"
#include "reference/strided.h"

namespace diolkos::reference {
namespace {

template <class T>
using Sum = std::conditional_t<std::is_integral_v<T>, std::uint64_t, double>;

// A matrix anywhere in memory.
template <class T>
struct Matrix {
  const T* data;
  std::int64_t rows, columns, row_step, column_step;
};

// Calls finish(row, sums) for each row of a * b.
template <class T, class Finish>
void multiply(const Matrix<T>& a, const Matrix<T>& b, Finish&& finish) {
  std::vector<Sum<T>> sums(static_cast<std::size_t>(b.columns));
  for (std::int64_t i = 0; i < a.rows; ++i) {
    std::fill(sums.begin(), sums.end(), Sum<T>(0));
    for (std::int64_t k = 0; k < a.columns; ++k) {
      const auto factor = static_cast<Sum<T>>(a.data[i * a.row_step + k * a.column_step]);
      const T* row = b.data + k * b.row_step;
      for (std::size_t j = 0; j < sums.size(); ++j)
        sums[j] += factor * static_cast<Sum<T>>(row[static_cast<std::int64_t>(j) * b.column_step]);
    }
    finish(i, sums);
  }
}

template <class T>
Matrix<T> matrix_of(const Tensor& tensor, bool transposed) {
  const Shape& shape = tensor.shape();
  if (transposed) return {data<T>(tensor), shape[1], shape[0], 1, shape[1]};
  return {data<T>(tensor), shape[0], shape[1], shape[1], 1};
}

// y = alpha * a * b + beta * c
template <class T>
Status gemm_of(const Call& call) {
  const auto alpha = static_cast<double>(call.attributes().float_or("alpha", 1.0f));
  const auto beta = static_cast<double>(call.attributes().float_or("beta", 1.0f));
  const Shape& shape = call.out().shape();
  T* y = mutable_data<T>(call.out());
  const T* c = call.has(2) ? data<T>(call.in(2)) : nullptr;
  const Strides steps = c != nullptr ? broadcast_strides(call.in(2).shape(), shape) : Strides{};
  const auto a = matrix_of<T>(call.in(0), call.attributes().int_or("transA", 0) != 0);
  const auto b = matrix_of<T>(call.in(1), call.attributes().int_or("transB", 0) != 0);
  multiply(a, b, [&](std::int64_t row, const auto& sums) {
    for (std::int64_t j = 0; j < shape[1]; ++j) {
      const T sum = static_cast<T>(sums[static_cast<std::size_t>(j)]);
      double value = alpha * static_cast<double>(sum);
      if constexpr (!std::is_integral_v<T>) value = alpha * sums[static_cast<std::size_t>(j)];
      if (c != nullptr) value += beta * static_cast<double>(c[row * steps[0] + j * steps[1]]);
      y[row * shape[1] + j] = static_cast<T>(value);
    }
  });
  return {};
}

Shape batch_of(const Shape& shape) {
  return *Shape::from(shape.dims().first(static_cast<std::size_t>(shape.rank() - 2)));
}

// Vectors become matrices of one row or one column, as NumPy has it.
template <class T>
Status matmul_of(const Call& call) {
  Shape left = call.in(0).shape();
  Shape right = call.in(1).shape();
  if (left.rank() == 1) left = Shape{1, left[0]};
  if (right.rank() == 1) right = Shape{right[0], 1};
  const Shape batch = *graph::broadcast(batch_of(left), batch_of(right));
  const std::int64_t rows = left[left.rank() - 2];
  const std::int64_t inner = left[left.rank() - 1];
  const std::int64_t columns = right[right.rank() - 1];
  T* y = mutable_data<T>(call.out());
  const std::array<Strides, 3> strides{broadcast_strides(batch_of(left), batch),
                                       broadcast_strides(batch_of(right), batch), contiguous_strides(batch)};
  for_each_row(batch, strides, [&](const auto& offsets, const auto& steps, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) {
      const Matrix<T> a{data<T>(call.in(0)) + (offsets[0] + i * steps[0]) * rows * inner, rows, inner, inner, 1};
      const Matrix<T> b{data<T>(call.in(1)) + (offsets[1] + i * steps[1]) * inner * columns, inner, columns, columns,
                        1};
      T* target = y + (offsets[2] + i * steps[2]) * rows * columns;
      multiply(a, b, [&](std::int64_t row, const auto& sums) {
        std::transform(sums.begin(), sums.end(), target + row * columns, [](auto sum) { return static_cast<T>(sum); });
      });
    }
  });
  return {};
}

}  // namespace

Status gemm(const Call& call) {
  return visit_numbers(call, call.in(0).dtype(), [&]<class T>(Type<T>) { return gemm_of<T>(call); });
}

Status matmul(const Call& call) {
  return visit_numbers(call, call.in(0).dtype(), [&]<class T>(Type<T>) { return matmul_of<T>(call); });
}

}  // namespace diolkos::reference
