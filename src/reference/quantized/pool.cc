// Averages and bilinear resizing.
#include <algorithm>
#include <bit>
#include <cmath>

#include "graph/quantize_layout.h"
#include "graph/resize_parameters.h"
#include "graph/window.h"
#include "reference/quantized/fixed_point.h"
#include "reference/quantized/operand.h"
#include "reference/quantized/quantized.h"

namespace diolkos::reference::quantized {
namespace {

// sum / count to the nearest integer, half away from zero.
std::int32_t rounded_quotient(std::int32_t sum, std::int32_t count) {
  return sum > 0 ? (sum + count / 2) / count : (sum - count / 2) / count;
}

}  // namespace

// Input and output are on one scale. Padding is not counted.
Status average_pool(const Call& call) {
  TRY_ASSIGN(const graph::Window window, graph::resolve_window(call.view.graph(), call.view.node()));
  if (window.spatial_rank != 2 || call.attributes().int_or("count_include_pad", 0) != 0)
    return unsupported(describe(call.view.node()) + ": a quantized average of this kind");
  const graph::WindowAxis &h = window[0], &w = window[1];
  const Shape& shape = call.out().shape();
  return visit_stored(call, call.out().dtype(), [&]<class T>(Type<T>) -> Status {
    for (std::int64_t plane = 0; plane < shape[0] * shape[1]; ++plane) {
      const T* from = data<T>(call.in(0)) + plane * h.input * w.input;
      T* to = mutable_data<T>(call.out()) + plane * h.output * w.output;
      for (std::int64_t y = 0; y < h.output; ++y)
        for (std::int64_t x = 0; x < w.output; ++x) {
          const std::int64_t top = std::max<std::int64_t>(0, y * h.stride - h.pad_begin);
          const std::int64_t left = std::max<std::int64_t>(0, x * w.stride - w.pad_begin);
          const std::int64_t bottom = std::min(h.input, y * h.stride - h.pad_begin + h.kernel);
          const std::int64_t right = std::min(w.input, x * w.stride - w.pad_begin + w.kernel);
          std::int32_t sum = 0;
          for (std::int64_t i = top; i < bottom; ++i)
            for (std::int64_t j = left; j < right; ++j) sum += static_cast<std::int32_t>(from[i * w.input + j]);
          const auto count = static_cast<std::int32_t>((bottom - top) * (right - left));
          to[y * w.output + x] = saturated<T>(count > 0 ? rounded_quotient(sum, count) : 0);
        }
    }
    return {};
  });
}

// The count goes into the multiplier: mantissa * 2^shift / count.
Status mean(const Call& call) {
  const graph::Quantization &x = quantization_of(call, 0), &y = output_quantization(call);
  const Shape& shape = call.in(0).shape();
  const std::int64_t planes = shape[0] * shape[1];
  const std::int64_t count = shape.elements() / std::max<std::int64_t>(planes, 1);
  if (count < 1) return unsupported(describe(call.view.node()) + ": the mean of nothing");
  Multiplier by = Multiplier::of(static_cast<double>(scale_of(x)) / static_cast<double>(scale_of(y)));
  int shift = std::bit_width(static_cast<std::uint64_t>(count)) - 1;
  shift = std::min({shift, 32, 31 + by.exponent});
  by.mantissa = static_cast<std::int32_t>((static_cast<std::int64_t>(by.mantissa) << shift) / count);
  by.exponent -= shift;
  return visit_stored(call, call.out().dtype(), [&]<class T>(Type<T>) -> Status {
    if (call.in(0).dtype() != call.out().dtype()) return call.refuse(call.in(0).dtype());
    for (std::int64_t plane = 0; plane < planes; ++plane) {
      const T* from = data<T>(call.in(0)) + plane * count;
      std::int32_t sum = 0;
      for (std::int64_t i = 0; i < count; ++i) sum += static_cast<std::int32_t>(from[i]) - zero_point_of(x);
      mutable_data<T>(call.out())[plane] =
          saturated<T>(static_cast<std::int64_t>(multiply(sum, by)) + zero_point_of(y));
    }
    return {};
  });
}

namespace {

constexpr std::int32_t kOne = 1 << 10;  // coordinates have 10 fraction bits

struct Neighbours {
  std::int32_t at;  // in fractions
  std::int64_t low, high;
};

std::vector<Neighbours> neighbours(const graph::ResizeAxis& axis, graph::ResizeCoordinates coordinates) {
  const bool corners = coordinates == graph::ResizeCoordinates::align_corners && axis.output > 1;
  const bool centres = coordinates == graph::ResizeCoordinates::half_pixel;
  const std::int64_t in = corners ? axis.input - 1 : axis.input;
  const std::int64_t out = corners ? axis.output - 1 : axis.output;
  const auto scale = static_cast<std::int32_t>((kOne * in + out / 2) / out);
  std::vector<Neighbours> all;
  for (std::int64_t i = 0; i < axis.output; ++i) {
    const auto at = static_cast<std::int32_t>(i * scale + (centres ? scale / 2 - kOne / 2 : 0));
    all.push_back(
        {at, std::max<std::int64_t>(at / kOne, 0), std::min<std::int64_t>((at + kOne - 1) / kOne, axis.input - 1)});
  }
  return all;
}

// ONNX's coordinates, rounded to 10 fraction bits only then.
std::vector<Neighbours> exact_neighbours(const graph::ResizeAxis& axis, graph::ResizeCoordinates coordinates) {
  std::vector<Neighbours> all;
  for (std::int64_t i = 0; i < axis.output; ++i) {
    const double last = static_cast<double>(axis.input - 1);
    const double at = std::clamp(graph::source_coordinate(axis, coordinates, i), 0.0, last);
    const auto low = static_cast<std::int64_t>(at);
    const auto fraction = static_cast<std::int32_t>(std::lround((at - static_cast<double>(low)) * kOne));
    all.push_back({static_cast<std::int32_t>(low) * kOne + fraction, low, std::min(low + 1, axis.input - 1)});
  }
  return all;
}

}  // namespace

Status resize_bilinear(const Call& call) {
  TRY_ASSIGN(const graph::ResizeParameters resize, graph::resolve_resize(call.view.graph(), call.view.node()));
  const Shape& in = call.in(0).shape();
  if (resize.axes.size() != 4 || !resize.axes[0].identity() || !resize.axes[1].identity())
    return unsupported(describe(call.view.node()) + ": a quantized resize over other axes than height and width");
  const auto along = graph::is_defined_by_onnx(call.view.node()) ? exact_neighbours : neighbours;
  const auto rows = along(resize.axes[2], resize.coordinates);
  const auto columns = along(resize.axes[3], resize.coordinates);
  return visit_stored(call, call.out().dtype(), [&]<class T>(Type<T>) -> Status {
    if (call.in(0).dtype() != call.out().dtype()) return call.refuse(call.in(0).dtype());
    T* to = mutable_data<T>(call.out());
    for (std::int64_t plane = 0; plane < in[0] * in[1]; ++plane) {
      const T* from = data<T>(call.in(0)) + plane * in[2] * in[3];
      for (const Neighbours& y : rows)
        for (const Neighbours& x : columns) {
          const std::int64_t down = y.at - kOne * static_cast<std::int32_t>(y.low);
          const std::int64_t right = x.at - kOne * static_cast<std::int32_t>(x.low);
          const auto value = [&](std::int64_t row, std::int64_t column) {
            return static_cast<std::int64_t>(from[row * in[3] + column]);
          };
          const std::int64_t sum = value(y.low, x.low) * (kOne - down) * (kOne - right) +
                                   value(y.high, x.low) * down * (kOne - right) +
                                   value(y.low, x.high) * (kOne - down) * right + value(y.high, x.high) * down * right;
          const std::int64_t half = sum > 0 ? (1 << 19) : -(1 << 19);
          *to++ = static_cast<T>((sum + half) / (1 << 20));
        }
    }
    return {};
  });
}

}  // namespace diolkos::reference::quantized
