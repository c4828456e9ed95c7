#include <cmath>
#include <vector>

#include "base/around.h"
#include "reference/convert.h"
#include "reference/operators.h"

namespace diolkos::reference {
namespace {

Result<std::vector<double>> numbers(const Tensor& tensor) {
  TRY_ASSIGN(const Tensor wide, converted(tensor, DType::float64));
  const auto values = wide.as<double>();
  return std::vector<double>(values.begin(), values.end());
}

struct Moments {
  double mean = 0;
  double variance = 0;  // of the whole population
};

template <class T>
Moments moments_of(const T* x, std::int64_t count) {
  const auto total = static_cast<double>(count);
  Moments moments;
  for (std::int64_t i = 0; i < count; ++i) moments.mean += static_cast<double>(x[i]) / total;
  for (std::int64_t i = 0; i < count; ++i) {
    const double distance = static_cast<double>(x[i]) - moments.mean;
    moments.variance += distance * distance / total;
  }
  return moments;
}

// y = (x - mean) / sqrt(variance + epsilon) * scale + bias
template <class T>
void apply(const T* x, T* y, std::int64_t count, const Moments& moments, double epsilon, double scale, double bias) {
  const double factor = scale / std::sqrt(moments.variance + epsilon);
  const double offset = bias - moments.mean * factor;
  for (std::int64_t i = 0; i < count; ++i) y[i] = static_cast<T>(static_cast<double>(x[i]) * factor + offset);
}

double epsilon_of(const Call& call) { return static_cast<double>(call.attributes().float_or("epsilon", 1e-5f)); }

template <class T>
Status batch_norm_of(const Call& call) {
  const Around around(call.in(0).shape(), 1);
  TRY_ASSIGN(const auto scales, numbers(call.in(1)));
  TRY_ASSIGN(const auto biases, numbers(call.in(2)));
  TRY_ASSIGN(const auto means, numbers(call.in(3)));
  TRY_ASSIGN(const auto variances, numbers(call.in(4)));
  for (std::int64_t plane = 0; plane < around.outer * around.extent; ++plane) {
    const auto channel = static_cast<std::size_t>(plane % around.extent);
    const std::int64_t offset = plane * around.inner;
    apply(data<T>(call.in(0)) + offset, mutable_data<T>(call.out()) + offset, around.inner,
          {means[channel], variances[channel]}, epsilon_of(call), scales[channel], biases[channel]);
  }
  return {};
}

template <class T>
Status instance_norm_of(const Call& call) {
  const Around around(call.in(0).shape(), 1);
  TRY_ASSIGN(const auto scales, numbers(call.in(1)));
  TRY_ASSIGN(const auto biases, numbers(call.in(2)));
  for (std::int64_t plane = 0; plane < around.outer * around.extent; ++plane) {
    const auto channel = static_cast<std::size_t>(plane % around.extent);
    const T* x = data<T>(call.in(0)) + plane * around.inner;
    apply(x, mutable_data<T>(call.out()) + plane * around.inner, around.inner, moments_of(x, around.inner),
          epsilon_of(call), scales[channel], biases[channel]);
  }
  return {};
}

// Rows are all that is normalised together; scale and bias have an element for each of a row's.
template <class T>
Status layer_norm_of(const Call& call) {
  const Shape& shape = call.in(0).shape();
  TRY_ASSIGN(const int axis, call.view.axis(call.attributes().int_or("axis", -1), shape.rank()));
  if (shape.elements() == 0) return {};
  std::int64_t count = 1;
  for (int i = axis; i < shape.rank(); ++i) count *= shape[i];
  const T* scale = data<T>(call.in(1));
  const T* bias = call.has(2) ? data<T>(call.in(2)) : nullptr;
  for (std::int64_t row = 0; row < shape.elements() / count; ++row) {
    const T* x = data<T>(call.in(0)) + row * count;
    T* y = mutable_data<T>(call.out()) + row * count;
    const Moments moments = moments_of(x, count);
    const double inverse = 1 / std::sqrt(moments.variance + epsilon_of(call));
    for (std::int64_t i = 0; i < count; ++i)
      y[i] = static_cast<T>((static_cast<double>(x[i]) - moments.mean) * inverse * static_cast<double>(scale[i]) +
                            (bias != nullptr ? static_cast<double>(bias[i]) : 0));
    if (call.outputs.size() > 1) mutable_data<float>(call.out(1))[row] = static_cast<float>(moments.mean);
    if (call.outputs.size() > 2) mutable_data<float>(call.out(2))[row] = static_cast<float>(inverse);
  }
  return {};
}

template <class T>
Status group_norm_of(const Call& call) {
  const Around around(call.in(0).shape(), 1);
  TRY_ASSIGN(const auto scales, numbers(call.in(1)));
  TRY_ASSIGN(const auto biases, numbers(call.in(2)));
  const std::int64_t groups = call.attributes().int_or("num_groups", 1), of_group = around.extent / groups;
  for (std::int64_t group = 0; group < around.outer * groups; ++group) {
    const std::int64_t first = group * of_group;
    const Moments moments = moments_of(data<T>(call.in(0)) + first * around.inner, of_group * around.inner);
    for (std::int64_t plane = first; plane < first + of_group; ++plane) {
      const auto channel = static_cast<std::size_t>(plane % around.extent);
      apply(data<T>(call.in(0)) + plane * around.inner, mutable_data<T>(call.out()) + plane * around.inner,
            around.inner, moments, epsilon_of(call), scales[channel], biases[channel]);
    }
  }
  return {};
}

// Whole rows of `inner` at a time, so that memory is read in order whatever the axis.
template <class T>
void softmax_block(const T* x, T* y, const Around& around, bool logarithm, std::vector<T>& peak, std::vector<T>& sum) {
  const auto inner = static_cast<std::size_t>(around.inner);
  std::copy_n(x, inner, peak.begin());
  for (std::int64_t c = 1; c < around.extent; ++c)
    for (std::size_t i = 0; i < inner; ++i) peak[i] = std::max(peak[i], x[static_cast<std::size_t>(c) * inner + i]);
  std::fill(sum.begin(), sum.end(), T(0));
  for (std::size_t c = 0; c < static_cast<std::size_t>(around.extent); ++c) {
    for (std::size_t i = 0; i < inner; ++i) {
      const T power = std::exp(x[c * inner + i] - peak[i]);
      y[c * inner + i] = power;
      sum[i] += power;
    }
  }
  if (logarithm)
    for (T& one : sum) one = std::log(one);
  for (std::size_t c = 0; c < static_cast<std::size_t>(around.extent); ++c)
    for (std::size_t i = 0; i < inner; ++i)
      y[c * inner + i] = logarithm ? x[c * inner + i] - peak[i] - sum[i] : y[c * inner + i] / sum[i];
}

template <class T>
Status softmax_of(const Call& call) {
  const Shape& shape = call.in(0).shape();
  TRY_ASSIGN(const int axis, call.view.axis(call.attributes().int_or("axis", -1), shape.rank()));
  if (shape.elements() == 0) return {};
  const Around around(shape, axis);
  std::vector<T> peak(static_cast<std::size_t>(around.inner));
  std::vector<T> sum(static_cast<std::size_t>(around.inner));
  for (std::int64_t o = 0; o < around.outer; ++o) {
    const std::int64_t offset = o * around.extent * around.inner;
    softmax_block(data<T>(call.in(0)) + offset, mutable_data<T>(call.out()) + offset, around,
                  call.op() == graph::Op::LogSoftmax, peak, sum);
  }
  return {};
}

}  // namespace

Status batch_norm(const Call& call) {
  return visit_floats(call, call.in(0).dtype(), [&]<class T>(Type<T>) { return batch_norm_of<T>(call); });
}

Status instance_norm(const Call& call) {
  return visit_floats(call, call.in(0).dtype(), [&]<class T>(Type<T>) { return instance_norm_of<T>(call); });
}

Status layer_norm(const Call& call) {
  return visit_floats(call, call.in(0).dtype(), [&]<class T>(Type<T>) { return layer_norm_of<T>(call); });
}

Status group_norm(const Call& call) {
  return visit_floats(call, call.in(0).dtype(), [&]<class T>(Type<T>) { return group_norm_of<T>(call); });
}

Status softmax(const Call& call) {
  return visit_floats(call, call.in(0).dtype(), [&]<class T>(Type<T>) { return softmax_of<T>(call); });
}

}  // namespace diolkos::reference
