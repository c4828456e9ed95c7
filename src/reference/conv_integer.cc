#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "reference/convolution_sizes.h"
#include "reference/operators.h"

namespace diolkos::reference {
namespace {

// Integers less their zero point: one, or one for each of the leading axis.
Result<Tensor> centred(const Tensor& tensor, const Tensor* zero_point) {
  TRY_ASSIGN(const Tensor wide, to_int64(tensor));
  if (zero_point == nullptr) return wide;
  TRY_ASSIGN(const Tensor zeros, to_int64(*zero_point));
  TRY_ASSIGN(Tensor result, Tensor::zeros(DType::int64, tensor.shape()));
  const auto from = wide.as<std::int64_t>();
  const auto zero = zeros.as<std::int64_t>();
  auto to = result.mutable_as<std::int64_t>();
  const std::size_t block = from.size() / zero.size();
  for (std::size_t i = 0; i < from.size(); ++i) to[i] = from[i] - zero[i / block];
  return result;
}

const Tensor* optional(const Call& call, std::size_t input) { return call.has(input) ? &call.in(input) : nullptr; }

// Calls finish(plane, sums) for each plane of the convolution of centred integers.
template <class Finish>
Status convolve_integers(const Call& call, std::size_t weight, std::size_t x_zero, std::size_t w_zero,
                         Finish&& finish) {
  TRY_ASSIGN(const Tensor x, centred(call.in(0), optional(call, x_zero)));
  TRY_ASSIGN(const Tensor w, centred(call.in(weight), optional(call, w_zero)));
  TRY_ASSIGN(const ConvolutionSizes sizes, convolution_sizes(call, x.shape(), w.shape()));
  std::vector<std::int64_t> sums(static_cast<std::size_t>(sizes.output_plane()));
  convolve(sizes, data<std::int64_t>(x), data<std::int64_t>(w), sums.data(), finish);
  return {};
}

std::int64_t plane_size(const Tensor& output) {
  const Shape& shape = output.shape();
  return shape.elements() / std::max<std::int64_t>(1, shape[0] * shape[1]);
}

float float_at(const Tensor& scales, std::int64_t index) {
  return data<float>(scales)[scales.elements() == 1 ? 0 : index];
}

// y = saturate(round(sum * x_scale * w_scale / y_scale) + y_zero_point), halves to even.
template <class T>
Status qlinear_conv_of(const Call& call) {
  T* y = mutable_data<T>(call.out());
  const std::int64_t pixels = plane_size(call.out());
  const std::int64_t channels = call.out().shape()[1];
  const auto zero = static_cast<double>(*data<T>(call.in(7)));
  const std::int32_t* bias = call.has(8) ? data<std::int32_t>(call.in(8)) : nullptr;
  return convolve_integers(call, 3, 2, 5, [&](std::int64_t plane, const std::int64_t* sums) {
    const std::int64_t channel = plane % channels;
    const float scale = float_at(call.in(1), 0) * float_at(call.in(4), channel) / float_at(call.in(6), 0);
    for (std::int64_t i = 0; i < pixels; ++i) {
      const std::int64_t sum = sums[i] + (bias != nullptr ? bias[channel] : 0);
      const double value = std::nearbyint(static_cast<double>(static_cast<float>(sum) * scale)) + zero;
      y[plane * pixels + i] =
          static_cast<T>(std::clamp<double>(value, std::numeric_limits<T>::min(), std::numeric_limits<T>::max()));
    }
  });
}

}  // namespace

Status conv_integer(const Call& call) {
  std::int32_t* y = mutable_data<std::int32_t>(call.out());
  const std::int64_t pixels = plane_size(call.out());
  return convolve_integers(call, 1, 2, 3, [&](std::int64_t plane, const std::int64_t* sums) {
    std::transform(sums, sums + pixels, y + plane * pixels,
                   [](std::int64_t sum) { return static_cast<std::int32_t>(sum); });
  });
}

Status qlinear_conv(const Call& call) {
  for (std::size_t scale : {1u, 4u, 6u})
    if (call.in(scale).dtype() != DType::float32) return call.refuse(call.in(scale).dtype());
  if (call.out().dtype() == DType::int8) return qlinear_conv_of<std::int8_t>(call);
  if (call.out().dtype() == DType::uint8) return qlinear_conv_of<std::uint8_t>(call);
  return call.refuse(call.out().dtype());
}

}  // namespace diolkos::reference
