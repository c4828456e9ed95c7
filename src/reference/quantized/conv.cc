// Convolutions and fully connected layers: sum over (x - zero_x) * (w - zero_w), plus bias, times
// scale_x * scale_w / scale_y, plus zero_y, saturated. 32-bit sums for 8-bit activations, 64-bit ones for int16 with a
// 64-bit bias.
#include <vector>

#include <fmt/format.h>

#include "graph/window.h"
#include "reference/quantized/fixed_point.h"
#include "reference/quantized/operand.h"
#include "reference/quantized/quantized.h"

namespace diolkos::reference::quantized {
namespace {

struct Scaling {
  std::vector<Multiplier> multipliers;  // by output channel
  std::int32_t input_zero = 0;
  std::int32_t output_zero = 0;
  const graph::Quantization* weights = nullptr;
};

Scaling scaling_of(const Call& call, std::size_t channels) {
  const graph::Quantization& x = quantization_of(call, 0);
  const graph::Quantization& w = quantization_of(call, 1);
  const graph::Quantization& y = output_quantization(call);
  Scaling scaling;
  scaling.input_zero = zero_point_of(x);
  scaling.output_zero = zero_point_of(y);
  scaling.weights = &w;
  // The older uint8 multiplies the scales in float before it widens them.
  const bool legacy = call.in(0).dtype() == DType::uint8;
  for (std::size_t c = 0; c < channels; ++c) {
    const double product = legacy ? static_cast<double>(scale_of(x) * scale_of(w, c))
                                  : static_cast<double>(scale_of(x)) * static_cast<double>(scale_of(w, c));
    scaling.multipliers.push_back(Multiplier::of(product / static_cast<double>(scale_of(y))));
  }
  return scaling;
}

template <class Sum>
Result<std::vector<Sum>> bias_of(const Call& call, std::size_t channels) {
  std::vector<Sum> bias(channels, 0);
  if (!call.has(2)) return bias;
  TRY_ASSIGN(const Tensor wide, to_int64(call.in(2)));
  for (std::size_t c = 0; c < channels; ++c) bias[c] = static_cast<Sum>(wide.as<std::int64_t>()[c]);
  return bias;
}

// Calls body(Type<X>{}, Type<W>{}, Type<Sum>{}) for the types of activations, weights and sums.
template <class Body>
Status visit_types(const Call& call, Body&& body) {
  const DType x = call.in(0).dtype(), w = call.in(1).dtype();
  if (call.out().dtype() != x) return call.refuse(call.out().dtype());
  if (x == DType::uint8 && w == DType::uint8)
    return body(Type<std::uint8_t>{}, Type<std::uint8_t>{}, Type<std::int32_t>{});
  if (x == DType::int8 && w == DType::uint8)
    return body(Type<std::int8_t>{}, Type<std::uint8_t>{}, Type<std::int32_t>{});
  if (w != DType::int8) return call.refuse(w);
  if (x == DType::uint8) return body(Type<std::uint8_t>{}, Type<std::int8_t>{}, Type<std::int32_t>{});
  if (x == DType::int8) return body(Type<std::int8_t>{}, Type<std::int8_t>{}, Type<std::int32_t>{});
  if (x != DType::int16) return call.refuse(x);
  const bool narrow = call.has(2) && call.in(2).dtype() == DType::int32;
  if (narrow) return body(Type<std::int16_t>{}, Type<std::int8_t>{}, Type<std::int32_t>{});
  return body(Type<std::int16_t>{}, Type<std::int8_t>{}, Type<std::int64_t>{});
}

template <class Y, class Sum>
void store(const std::vector<Sum>& sums, Sum bias, const Multiplier& multiplier, std::int32_t zero, Y* out) {
  for (std::size_t i = 0; i < sums.size(); ++i)
    out[i] = saturated<Y>(static_cast<std::int64_t>(multiply(static_cast<Sum>(sums[i] + bias), multiplier)) + zero);
}

// Along one axis: the outputs whose input index i * stride - pad + k * dilation lies inside.
struct Span {
  std::int64_t begin, end, start;  // outputs [begin, end), and the input index of output 0
};

Span span_of(const graph::WindowAxis& axis, std::int64_t k) {
  const std::int64_t start = k * axis.dilation - axis.pad_begin;
  const auto up = [&](std::int64_t x) { return x <= 0 ? 0 : (x + axis.stride - 1) / axis.stride; };
  return {std::min(up(-start), axis.output), std::min(up(axis.input - start), axis.output), start};
}

// sums(y, x) += w * (input(y * stride + …, x * stride + …) - zero)
template <class X, class Sum>
void accumulate(const X* plane, const graph::WindowAxis& h, const graph::WindowAxis& w, std::int64_t kh,
                std::int64_t kw, Sum weight, Sum zero, Sum* sums) {
  const Span rows = span_of(h, kh), columns = span_of(w, kw);
  for (std::int64_t y = rows.begin; y < rows.end; ++y) {
    const X* from = plane + (y * h.stride + rows.start) * w.input + columns.start;
    Sum* to = sums + y * w.output;
    if (w.stride == 1) {
      for (std::int64_t x = columns.begin; x < columns.end; ++x) to[x] += weight * (static_cast<Sum>(from[x]) - zero);
    } else {
      for (std::int64_t x = columns.begin; x < columns.end; ++x)
        to[x] += weight * (static_cast<Sum>(from[x * w.stride]) - zero);
    }
  }
}

}  // namespace

Status conv(const Call& call) {
  TRY_ASSIGN(const graph::Window window, graph::resolve_window(call.view.graph(), call.view.node()));
  if (window.spatial_rank != 2)
    return unsupported(describe(call.view.node()) + ": a quantized convolution over other than 2 axes");
  const graph::WindowAxis &h = window[0], &w = window[1];
  const Shape &weight = call.in(1).shape(), &input = call.in(0).shape();
  const std::int64_t outputs = weight[0], each = weight[1], per_group = outputs / window.groups;
  const Scaling scaling = scaling_of(call, static_cast<std::size_t>(outputs));
  return visit_types(call, [&]<class X, class W, class Sum>(Type<X>, Type<W>, Type<Sum>) -> Status {
    TRY_ASSIGN(const auto bias, bias_of<Sum>(call, static_cast<std::size_t>(outputs)));
    const W* weights = data<W>(call.in(1));
    std::vector<Sum> sums(static_cast<std::size_t>(h.output * w.output));
    for (std::int64_t n = 0; n < input[0]; ++n)
      for (std::int64_t o = 0; o < outputs; ++o) {
        std::fill(sums.begin(), sums.end(), Sum{0});
        const auto channel = static_cast<std::size_t>(o);
        const Sum weight_zero = zero_point_of(*scaling.weights, channel);
        for (std::int64_t i = 0; i < each; ++i) {
          const X* plane = data<X>(call.in(0)) + (n * input[1] + o / per_group * each + i) * h.input * w.input;
          for (std::int64_t k = 0; k < h.kernel * w.kernel; ++k)
            accumulate<X, Sum>(plane, h, w, k / w.kernel, k % w.kernel,
                               static_cast<Sum>(weights[(o * each + i) * h.kernel * w.kernel + k]) - weight_zero,
                               scaling.input_zero, sums.data());
        }
        store(sums, bias[channel], scaling.multipliers[channel], scaling.output_zero,
              mutable_data<X>(call.out()) + (n * outputs + o) * h.output * w.output);
      }
    return {};
  });
}

Status conv_transpose(const Call& call) {
  TRY_ASSIGN(const graph::Window window, graph::resolve_window(call.view.graph(), call.view.node()));
  if (window.spatial_rank != 2 || window.groups != 1)
    return unsupported(describe(call.view.node()) + ": a quantized transposed convolution of this kind");
  const graph::WindowAxis &h = window[0], &w = window[1];
  const Shape &weight = call.in(1).shape(), &input = call.in(0).shape();
  const std::int64_t inputs = weight[0], outputs = weight[1];
  const Scaling scaling = scaling_of(call, static_cast<std::size_t>(outputs));
  return visit_types(call, [&]<class X, class W, class Sum>(Type<X>, Type<W>, Type<Sum>) -> Status {
    TRY_ASSIGN(const auto bias, bias_of<Sum>(call, static_cast<std::size_t>(outputs)));
    std::vector<Sum> sums(static_cast<std::size_t>(h.output * w.output));
    for (std::int64_t n = 0; n < input[0]; ++n)
      for (std::int64_t o = 0; o < outputs; ++o) {
        std::fill(sums.begin(), sums.end(), Sum{0});
        const auto channel = static_cast<std::size_t>(o);
        for (std::int64_t i = 0; i < inputs; ++i) {
          const X* plane = data<X>(call.in(0)) + (n * inputs + i) * h.input * w.input;
          const W* kernel = data<W>(call.in(1)) + (i * outputs + o) * h.kernel * w.kernel;
          for (std::int64_t y = 0; y < h.input; ++y)
            for (std::int64_t x = 0; x < w.input; ++x) {
              const Sum value = static_cast<Sum>(plane[y * w.input + x]) - scaling.input_zero;
              for (std::int64_t k = 0; k < h.kernel * w.kernel; ++k) {
                const std::int64_t at_y = y * h.stride - h.pad_begin + k / w.kernel;
                const std::int64_t at_x = x * w.stride - w.pad_begin + k % w.kernel;
                if (at_y < 0 || at_y >= h.output || at_x < 0 || at_x >= w.output) continue;
                sums[static_cast<std::size_t>(at_y * w.output + at_x)] +=
                    value * (static_cast<Sum>(kernel[k]) - zero_point_of(*scaling.weights, channel));
              }
            }
        }
        store(sums, bias[channel], scaling.multipliers[channel], scaling.output_zero,
              mutable_data<X>(call.out()) + (n * outputs + o) * h.output * w.output);
      }
    return {};
  });
}

Status fully_connected(const Call& call) {
  if (call.attributes().int_or("transB", 0) == 0)
    return unsupported(describe(call.view.node()) + ": a quantized product with weights that are not transposed");
  const Shape& weight = call.in(1).shape();
  const std::int64_t rows = call.in(0).shape()[0], outputs = weight[0], inputs = weight[1];
  const Scaling scaling = scaling_of(call, static_cast<std::size_t>(outputs));
  return visit_types(call, [&]<class X, class W, class Sum>(Type<X>, Type<W>, Type<Sum>) -> Status {
    TRY_ASSIGN(const auto bias, bias_of<Sum>(call, static_cast<std::size_t>(outputs)));
    for (std::int64_t n = 0; n < rows; ++n)
      for (std::int64_t o = 0; o < outputs; ++o) {
        const auto channel = static_cast<std::size_t>(o);
        const X* x = data<X>(call.in(0)) + n * inputs;
        const W* w = data<W>(call.in(1)) + o * inputs;
        Sum sum = bias[channel];
        for (std::int64_t i = 0; i < inputs; ++i)
          sum += (static_cast<Sum>(x[i]) - scaling.input_zero) *
                 (static_cast<Sum>(w[i]) - zero_point_of(*scaling.weights, channel));
        mutable_data<X>(call.out())[n * outputs + o] =
            saturated<X>(static_cast<std::int64_t>(multiply(sum, scaling.multipliers[channel])) + scaling.output_zero);
      }
    return {};
  });
}

}  // namespace diolkos::reference::quantized
