#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/around.h"
#include "graph/quantize_layout.h"
#include "reference/convert.h"
#include "reference/operators.h"

namespace diolkos::reference {
namespace {

// Calls body(element, scale_index) for every element, in order.
template <class Body>
void for_each_scaled(const Shape& shape, const graph::QuantizeLayout& layout, Body&& body) {
  if (layout.axis < 0) {
    for (std::int64_t i = 0; i < shape.elements(); ++i) body(i, std::int64_t{0});
    return;
  }
  const Around around(shape, layout.axis);
  const std::int64_t block = layout.block;
  const std::int64_t blocks = block == 0 ? 0 : (around.extent + block - 1) / block;
  std::int64_t at = 0;
  for (std::int64_t o = 0; o < around.outer; ++o)
    for (std::int64_t j = 0; j < around.extent; ++j)
      for (std::int64_t i = 0; i < around.inner; ++i)
        body(at++, block == 0 ? j : (o * blocks + j / block) * around.inner + i);
}

Result<Tensor> zero_points(const Call& call) {
  if (call.has(2)) return to_int64(call.in(2));
  return Tensor::zeros(DType::int64, call.in(1).shape());
}

}  // namespace

// y = saturate(round(x / scale) + zero_point), halves to even.
Status quantize(const Call& call) {
  TRY_ASSIGN(const auto layout, graph::resolve_quantize(call.view));
  TRY_ASSIGN(const Tensor x, to_float32(call.in(0)));
  TRY_ASSIGN(const Tensor scales, to_float32(call.in(1)));
  TRY_ASSIGN(const Tensor zeros, zero_points(call));
  const float* scale = data<float>(scales);
  const std::int64_t* zero = data<std::int64_t>(zeros);
  return visit_integers(call, call.out().dtype(), [&]<class T>(Type<T>) -> Status {
    T* y = mutable_data<T>(call.out());
    const float* from = data<float>(x);
    for_each_scaled(x.shape(), layout, [&](std::int64_t i, std::int64_t s) {
      const double value = static_cast<double>(std::nearbyint(from[i] / scale[s])) + static_cast<double>(zero[s]);
      const double inside = std::clamp<double>(value, std::numeric_limits<T>::min(), std::numeric_limits<T>::max());
      y[i] = std::isnan(inside) ? T(0) : static_cast<T>(inside);
    });
    return {};
  });
}

// y = (x - zero_point) * scale
Status dequantize(const Call& call) {
  TRY_ASSIGN(const auto layout, graph::resolve_quantize(call.view));
  TRY_ASSIGN(const Tensor scales, to_float32(call.in(1)));
  TRY_ASSIGN(const Tensor zeros, zero_points(call));
  TRY_ASSIGN(Tensor y, Tensor::zeros(DType::float32, call.out().shape()));
  const float* scale = data<float>(scales);
  const std::int64_t* zero = data<std::int64_t>(zeros);
  float* to = mutable_data<float>(y);
  TRY(visit_integers(call, call.in(0).dtype(), [&]<class T>(Type<T>) -> Status {
    const T* x = data<T>(call.in(0));
    for_each_scaled(y.shape(), layout, [&](std::int64_t i, std::int64_t s) {
      to[i] = static_cast<float>(static_cast<std::int64_t>(x[i]) - zero[s]) * scale[s];
    });
    return {};
  }));
  return convert(y, call.out());
}

}  // namespace diolkos::reference
