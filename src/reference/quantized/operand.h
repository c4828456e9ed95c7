// What the kernels ask of quantized tensors: scales, zero points, limits, and elements of any of the three types.
#pragma once

#include <cstdint>
#include <limits>
#include <span>

#include "graph/broadcast.h"
#include "reference/call.h"

namespace diolkos::reference::quantized {

inline const graph::Quantization& quantization_of(const Call& call, std::size_t input) {
  static const graph::Quantization unit{{1.0f}, {0}, -1};
  const auto& found = call.view.type(input).quantization;
  return found ? *found : unit;
}
inline const graph::Quantization& output_quantization(const Call& call) {
  return *call.view.graph().value(call.view.node().output()).type.quantization;
}

inline float scale_of(const graph::Quantization& q, std::size_t channel = 0) {
  return q.scales[q.scales.size() == 1 ? 0 : channel];
}
inline std::int32_t zero_point_of(const graph::Quantization& q, std::size_t channel = 0) {
  return q.zero_points[q.zero_points.size() == 1 ? 0 : channel];
}

struct Limits {
  std::int32_t low = 0;
  std::int32_t high = 0;
};

inline Limits limits_of(DType dtype) {
  switch (dtype) {
    case DType::int8: return {-128, 127};
    case DType::uint8: return {0, 255};
    case DType::int16: return {-32768, 32767};
    default: return {std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()};
  }
}

// Calls body(Type<T>{}) for the stored type of a quantized activation.
template <class Body>
Status visit_stored(const Call& call, DType dtype, Body&& body) {
  switch (dtype) {
    case DType::int8: return body(Type<std::int8_t>{});
    case DType::uint8: return body(Type<std::uint8_t>{});
    case DType::int16: return body(Type<std::int16_t>{});
    case DType::int32: return body(Type<std::int32_t>{});
    default: return call.refuse(dtype);
  }
}

template <class T>
T saturated(std::int64_t value) {
  return static_cast<T>(std::clamp<std::int64_t>(value, std::numeric_limits<T>::min(), std::numeric_limits<T>::max()));
}

// Element indices of two operands for each element of the output, by NumPy's broadcasting.
template <class Body>
void each_pair(const Shape& out, const Shape& a, const Shape& b, Body&& body) {
  std::array<std::int64_t, Shape::kMaxRank> step_a{}, step_b{}, index{};
  const auto steps = [&](const Shape& shape, auto& result) {
    std::int64_t stride = 1;
    for (int i = shape.rank() - 1; i >= 0; --i) {
      const int axis = out.rank() - shape.rank() + i;
      result[static_cast<std::size_t>(axis)] = shape[i] == 1 ? 0 : stride;
      stride *= shape[i];
    }
  };
  steps(a, step_a);
  steps(b, step_b);
  std::int64_t at_a = 0, at_b = 0;
  const std::int64_t count = out.elements();
  for (std::int64_t i = 0; i < count; ++i) {
    body(static_cast<std::size_t>(i), static_cast<std::size_t>(at_a), static_cast<std::size_t>(at_b));
    for (int axis = out.rank() - 1; axis >= 0; --axis) {
      const auto k = static_cast<std::size_t>(axis);
      at_a += step_a[k];
      at_b += step_b[k];
      if (++index[k] < out[axis]) break;
      at_a -= index[k] * step_a[k];
      at_b -= index[k] * step_b[k];
      index[k] = 0;
    }
  }
}

}  // namespace diolkos::reference::quantized
