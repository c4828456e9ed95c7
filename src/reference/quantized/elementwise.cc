// Add, Sub, Mul, Relu, Clip, LeakyRelu, QuantizeLinear and Concat.
#include <cmath>

#include "graph/quantize_layout.h"
#include "reference/evaluate.h"
#include "reference/quantized/fixed_point.h"
#include "reference/quantized/operand.h"
#include "reference/quantized/quantized.h"

namespace diolkos::reference::quantized {

// Both sides are brought to twice the larger scale with `kShift` bits more, added, and brought to the output's scale.
Status add(const Call& call) {
  const graph::Quantization &a = quantization_of(call, 0), &b = quantization_of(call, 1),
                            &y = output_quantization(call);
  const bool subtract = call.op() == graph::Op::Sub;
  const int shift = call.in(0).dtype() == DType::int16 ? 15 : 20;
  const double twice = 2 * static_cast<double>(std::max(scale_of(a), scale_of(b)));
  const Multiplier to_a = Multiplier::of(static_cast<double>(scale_of(a)) / twice);
  const Multiplier to_b = Multiplier::of(static_cast<double>(scale_of(b)) / twice);
  const Multiplier to_y = Multiplier::of(twice / ((1 << shift) * static_cast<double>(scale_of(y))));
  return visit_stored(call, call.out().dtype(), [&]<class T>(Type<T>) -> Status {
    if (call.in(0).dtype() != call.out().dtype() || call.in(1).dtype() != call.out().dtype())
      return call.refuse(call.in(0).dtype());
    const T *from_a = data<T>(call.in(0)), *from_b = data<T>(call.in(1));
    T* to = mutable_data<T>(call.out());
    each_pair(
        call.out().shape(), call.in(0).shape(), call.in(1).shape(), [&](std::size_t i, std::size_t ia, std::size_t ib) {
          const std::int32_t x = multiply((from_a[ia] - zero_point_of(a)) * (1 << shift), to_a);
          const std::int32_t z = multiply((from_b[ib] - zero_point_of(b)) * (1 << shift), to_b);
          to[i] = saturated<T>(static_cast<std::int64_t>(multiply(subtract ? x - z : x + z, to_y)) + zero_point_of(y));
        });
    return {};
  });
}

Status multiply_elements(const Call& call) {
  const graph::Quantization &a = quantization_of(call, 0), &b = quantization_of(call, 1),
                            &y = output_quantization(call);
  const float real = scale_of(a) * scale_of(b) / scale_of(y);  // in float, as TFLite prepares it
  const Multiplier by = Multiplier::of(static_cast<double>(real));
  return visit_stored(call, call.out().dtype(), [&]<class T>(Type<T>) -> Status {
    if (call.in(0).dtype() != call.out().dtype() || call.in(1).dtype() != call.out().dtype())
      return call.refuse(call.in(0).dtype());
    const T *from_a = data<T>(call.in(0)), *from_b = data<T>(call.in(1));
    T* to = mutable_data<T>(call.out());
    each_pair(call.out().shape(), call.in(0).shape(), call.in(1).shape(),
              [&](std::size_t i, std::size_t ia, std::size_t ib) {
                const std::int32_t product = (from_a[ia] - zero_point_of(a)) * (from_b[ib] - zero_point_of(b));
                to[i] = saturated<T>(static_cast<std::int64_t>(multiply(product, by)) + zero_point_of(y));
              });
    return {};
  });
}

namespace {

// A real bound in the output's integers; where there is none, the type's own limit.
std::int32_t stored_bound(float bound, const graph::Quantization& q, const Limits& limits) {
  const double value = std::round(static_cast<double>(bound) / scale_of(q)) + zero_point_of(q);
  return static_cast<std::int32_t>(std::clamp<double>(value, limits.low, limits.high));
}

// Relu's and Clip's bounds; inputs 1 and 2 of Clip are floats.
Limits bounds_of(const Call& call) {
  const graph::Quantization& y = output_quantization(call);
  Limits limits = limits_of(call.out().dtype());
  const Limits whole = limits;
  if (call.op() == graph::Op::Relu) {
    limits.low = std::max(limits.low, zero_point_of(y));
    return limits;
  }
  if (call.has(1)) limits.low = stored_bound(data<float>(call.in(1))[0], y, whole);
  if (call.has(2)) limits.high = stored_bound(data<float>(call.in(2))[0], y, whole);
  return limits;
}

template <class From, class To, class Function>
void each(const Call& call, Function&& function) {
  const From* from = data<From>(call.in(0));
  To* to = mutable_data<To>(call.out());
  for (std::int64_t i = 0; i < call.out().elements(); ++i) to[i] = function(from[i]);
}

// function(Type<From>{}, Type<To>{}) for the stored types of input and output.
template <class Body>
Status visit_both(const Call& call, Body&& body) {
  return visit_stored(call, call.in(0).dtype(), [&]<class From>(Type<From> from) -> Status {
    return visit_stored(call, call.out().dtype(), [&]<class To>(Type<To> to) -> Status { return body(from, to); });
  });
}

}  // namespace

Status clamp(const Call& call) {
  const graph::Quantization &x = quantization_of(call, 0), &y = output_quantization(call);
  if (call.op() == graph::Op::Clip)
    for (std::size_t i = 1; i < 3; ++i)
      if (call.has(i) && call.in(i).dtype() != DType::float32) return call.refuse(call.in(i).dtype());
  const Limits bounds = bounds_of(call);
  const bool same = scale_of(x) == scale_of(y) && zero_point_of(x) == zero_point_of(y);
  const Multiplier by = Multiplier::of(static_cast<double>(scale_of(x)) / static_cast<double>(scale_of(y)));
  return visit_both(call, [&]<class From, class To>(Type<From>, Type<To>) -> Status {
    each<From, To>(call, [&](From value) {
      const std::int64_t moved =
          same ? value
               : static_cast<std::int64_t>(multiply(static_cast<std::int32_t>(value) - zero_point_of(x), by)) +
                     zero_point_of(y);
      return static_cast<To>(std::clamp<std::int64_t>(moved, bounds.low, bounds.high));
    });
    return {};
  });
}

Status leaky_relu(const Call& call) {
  const graph::Quantization &x = quantization_of(call, 0), &y = output_quantization(call);
  const float alpha = call.attributes().float_or("alpha", 0.01f);
  const Multiplier positive = Multiplier::of(static_cast<double>(scale_of(x) / scale_of(y)));
  const Multiplier negative = Multiplier::of(static_cast<double>(scale_of(x) * alpha / scale_of(y)));
  return visit_both(call, [&]<class From, class To>(Type<From>, Type<To>) -> Status {
    each<From, To>(call, [&](From value) {
      const std::int32_t centred = static_cast<std::int32_t>(value) - zero_point_of(x);
      return saturated<To>(static_cast<std::int64_t>(multiply(centred, centred >= 0 ? positive : negative)) +
                           zero_point_of(y));
    });
    return {};
  });
}

// Floats: round(x / scale) + zero, half away from zero (to even where ONNX defines it). Integers: to the new scale by
// one multiplier.
Status requantize(const Call& call) {
  const graph::Quantization& y = output_quantization(call);
  const std::int32_t zero = zero_point_of(y);
  if (call.in(0).dtype() == DType::float32) {
    if (graph::is_defined_by_onnx(call.view.node()))
      return evaluate_plain(call.view.graph(), call.view.node(), call.inputs, call.outputs);
    return visit_stored(call, call.out().dtype(), [&]<class T>(Type<T>) -> Status {
      each<float, T>(call, [&](float value) {
        const float steps = std::round(value / scale_of(y));
        const double stored = std::isnan(steps) ? 0.0 : std::clamp<double>(steps, -4e9, 4e9);
        return saturated<T>(static_cast<std::int64_t>(stored) + zero);
      });
      return {};
    });
  }
  const graph::Quantization& x = quantization_of(call, 0);
  const Multiplier by = Multiplier::of(static_cast<double>(scale_of(x)) / static_cast<double>(scale_of(y)));
  return visit_both(call, [&]<class From, class To>(Type<From>, Type<To>) -> Status {
    each<From, To>(call, [&](From value) {
      return saturated<To>(
          static_cast<std::int64_t>(multiply(static_cast<std::int32_t>(value) - zero_point_of(x), by)) + zero);
    });
    return {};
  });
}

// Inputs on the output's scale are copied; others are brought to it in float, as TFLite's uint8 kernel does.
Status concat(const Call& call) {
  const graph::Quantization& y = output_quantization(call);
  TRY_ASSIGN(const int axis, call.view.axis(call.attributes().int_or("axis", 0), call.out().shape().rank()));
  const Shape& whole = call.out().shape();
  std::int64_t outer = 1, inner = 1;
  for (int i = 0; i < axis; ++i) outer *= whole[i];
  for (int i = axis + 1; i < whole.rank(); ++i) inner *= whole[i];
  return visit_stored(call, call.out().dtype(), [&]<class T>(Type<T>) -> Status {
    T* to = mutable_data<T>(call.out());
    std::int64_t offset = 0;
    for (std::size_t input = 0; input < call.inputs.size(); ++input) {
      const Tensor& part = call.in(input);
      if (part.dtype() != call.out().dtype()) return call.refuse(part.dtype());
      const graph::Quantization& x = quantization_of(call, input);
      const bool same = scale_of(x) == scale_of(y) && zero_point_of(x) == zero_point_of(y);
      const float scale = scale_of(x) * (1.0f / scale_of(y));
      const float bias = static_cast<float>(-zero_point_of(x)) * scale;
      const std::int64_t run = part.shape()[axis] * inner;
      for (std::int64_t o = 0; o < outer; ++o)
        for (std::int64_t i = 0; i < run; ++i) {
          const T value = data<T>(part)[o * run + i];
          to[o * whole[axis] * inner + offset + i] =
              same ? value
                   : saturated<T>(static_cast<std::int64_t>(std::round(static_cast<float>(value) * scale + bias)) +
                                  zero_point_of(y));
        }
      offset += run;
    }
    return {};
  });
}

}  // namespace diolkos::reference::quantized
