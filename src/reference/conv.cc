#include <cmath>
#include <vector>

#include "reference/convolution_sizes.h"
#include "reference/operators.h"

namespace diolkos::reference {
namespace {

// FusedConv's activation; docs/graph.md has the formulas.
template <class T>
void activate(const Call& call, T* y, std::int64_t count) {
  const std::string_view name = call.attributes().string_or("activation", "");
  const auto alpha = static_cast<T>(call.attributes().float_or("activation_alpha", 0.0f));
  const auto beta = static_cast<T>(call.attributes().float_or("activation_beta", 0.0f));
  const auto map = [&](auto function) {
    for (std::int64_t i = 0; i < count; ++i) y[i] = function(y[i]);
  };
  const auto clamp = [](T x, T low, T high) { return x < low ? low : x > high ? high : x; };
  if (name == "relu") map([](T x) { return x < 0 ? T(0) : x; });
  if (name == "clip") map([&](T x) { return clamp(x, alpha, beta); });
  if (name == "hardswish") map([&](T x) { return x * clamp(x / T(6) + T(0.5), T(0), T(1)); });
  if (name == "hardsigmoid") map([&](T x) { return clamp(alpha * x + beta, T(0), T(1)); });
  if (name == "sigmoid") map([](T x) { return T(1) / (T(1) + std::exp(-x)); });
  if (name == "leakyrelu") map([&](T x) { return x < 0 ? alpha * x : x; });
  if (name == "gelu") map([](T x) { return T(0.5) * x * (T(1) + std::erf(x * T(0.70710678118654752440))); });
  if (name == "gelu_tanh")
    map([](T x) { return x / (T(1) + std::exp(T(-1.59576912160573071176) * (x + T(0.044715) * x * x * x))); });
}

template <class T>
Status conv_of(const Call& call) {
  TRY_ASSIGN(const ConvolutionSizes sizes, convolution_sizes(call, call.in(0).shape(), call.in(1).shape()));
  const T* bias = call.has(2) ? data<T>(call.in(2)) : nullptr;
  const T* residual = call.has(3) ? data<T>(call.in(3)) : nullptr;
  T* y = mutable_data<T>(call.out());
  const std::int64_t pixels = sizes.output_plane();
  std::vector<double> sums(static_cast<std::size_t>(pixels));
  const std::int64_t channels = sizes.groups * sizes.outputs;
  convolve(sizes, data<T>(call.in(0)), data<T>(call.in(1)), sums.data(), [&](std::int64_t plane, const double* sum) {
    const double offset = bias != nullptr ? static_cast<double>(bias[plane % channels]) : 0.0;
    for (std::int64_t i = 0; i < pixels; ++i) {
      const std::int64_t at = plane * pixels + i;
      y[at] = static_cast<T>(sum[i] + offset + (residual != nullptr ? static_cast<double>(residual[at]) : 0.0));
    }
    activate(call, y + plane * pixels, pixels);
  });
  return {};
}

template <class T>
Status conv_transpose_of(const Call& call) {
  const Shape& weight = call.in(1).shape();
  TRY_ASSIGN(ConvolutionSizes sizes, convolution_sizes(call, call.in(0).shape(), weight));
  sizes.inputs = weight[0] / sizes.groups;
  sizes.outputs = weight[1];
  const T* x = data<T>(call.in(0));
  const T* w = data<T>(call.in(1));
  const T* bias = call.has(2) ? data<T>(call.in(2)) : nullptr;
  T* y = mutable_data<T>(call.out());
  const std::int64_t pixels = sizes.output_plane();
  std::vector<double> sums(static_cast<std::size_t>(pixels));
  for (std::int64_t plane = 0; plane < sizes.batch * sizes.groups * sizes.outputs; ++plane) {
    const std::int64_t channel = plane % (sizes.groups * sizes.outputs);
    std::fill(sums.begin(), sums.end(), bias != nullptr ? static_cast<double>(bias[channel]) : 0.0);
    for (std::int64_t c = 0; c < sizes.inputs; ++c) {
      const T* image = x + (plane / sizes.outputs * sizes.inputs + c) * sizes.input_plane();
      const std::int64_t from_channel = channel / sizes.outputs * sizes.inputs + c;
      const T* kernel = w + (from_channel * sizes.outputs + channel % sizes.outputs) * sizes.taps();
      for_each_tap(sizes.axes, [&](const auto& tap, std::int64_t index) {
        const auto factor = static_cast<double>(kernel[index]);
        for_each_tap_row(sizes.axes, sizes.input, sizes.output, tap,
                         [&](std::int64_t from, std::int64_t to, std::int64_t count, std::int64_t stride) {
                           for (std::int64_t i = 0; i < count; ++i)
                             sums[static_cast<std::size_t>(to + i * stride)] +=
                                 factor * static_cast<double>(image[from + i]);
                         });
      });
    }
    for (std::int64_t i = 0; i < pixels; ++i) y[plane * pixels + i] = static_cast<T>(sums[static_cast<std::size_t>(i)]);
  }
  return {};
}

}  // namespace

Result<ConvolutionSizes> convolution_sizes(const Call& call, const Shape& input, const Shape& weight) {
  TRY_ASSIGN(const graph::Window window, graph::resolve_window(call.view.graph(), call.view.node()));
  if (window.spatial_rank > 3) return unsupported(describe(call.view.node()) + ": more than 3 spatial axes");
  ConvolutionSizes sizes;
  sizes.axes = window.as_3d();
  for (std::size_t i = 0; i < 3; ++i) {
    sizes.input[i] = sizes.axes[i].input;
    sizes.output[i] = sizes.axes[i].output;
  }
  sizes.batch = input[0];
  sizes.groups = window.groups;
  sizes.inputs = weight[1];
  sizes.outputs = weight[0] / window.groups;
  return sizes;
}

Status conv(const Call& call) {
  return visit_floats(call, call.in(0).dtype(), [&]<class T>(Type<T>) { return conv_of<T>(call); });
}

Status conv_transpose(const Call& call) {
  return visit_floats(call, call.in(0).dtype(), [&]<class T>(Type<T>) { return conv_transpose_of<T>(call); });
}

}  // namespace diolkos::reference
