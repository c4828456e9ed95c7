#include <algorithm>
#include <limits>

#include "graph/window.h"
#include "reference/operators.h"
#include "reference/strided.h"

namespace diolkos::reference {
namespace {

using Axes = std::array<graph::WindowAxis, 3>;

Result<Axes> pool_axes(const Call& call) {
  TRY_ASSIGN(const graph::Window window, graph::resolve_window(call.view.graph(), call.view.node()));
  if (window.spatial_rank > 3) return unsupported(describe(call.view.node()) + ": more than 3 spatial axes");
  return window.as_3d();
}

// The taps [first, last) of output `i` that lie inside the input, and where tap 0 lies.
struct Span {
  std::int64_t origin, first, last;

  Span(const graph::WindowAxis& axis, std::int64_t i) : origin(i * axis.stride - axis.pad_begin) {
    const std::int64_t step = axis.dilation;
    first = origin >= 0 ? 0 : std::min(axis.kernel, (-origin + step - 1) / step);
    last = origin >= axis.input ? 0 : std::min(axis.kernel, (axis.input - origin + step - 1) / step);
  }
};

// Calls body(output_index, spans of d, h, w) for each output of one plane.
template <class Body>
void for_each_window(const Axes& axes, Body&& body) {
  std::int64_t index = 0;
  for (std::int64_t d = 0; d < axes[0].output; ++d) {
    const Span depth(axes[0], d);
    for (std::int64_t h = 0; h < axes[1].output; ++h) {
      const Span height(axes[1], h);
      for (std::int64_t w = 0; w < axes[2].output; ++w) body(index++, depth, height, Span(axes[2], w));
    }
  }
}

// Calls body(d, h, w) for each input position of a window.
template <class Body>
void for_each_tap(const Axes& axes, const Span& depth, const Span& height, const Span& width, Body&& body) {
  for (std::int64_t d = depth.first; d < depth.last; ++d)
    for (std::int64_t h = height.first; h < height.last; ++h)
      for (std::int64_t w = width.first; w < width.last; ++w)
        body(depth.origin + d * axes[0].dilation, height.origin + h * axes[1].dilation,
             width.origin + w * axes[2].dilation);
}

std::int64_t plane_count(const Call& call) { return call.in(0).shape()[0] * call.in(0).shape()[1]; }

// Indices count through the whole input; with storage_order 1 each plane is numbered column first.
template <class T>
Status max_pool_of(const Call& call) {
  TRY_ASSIGN(const Axes axes, pool_axes(call));
  const std::int64_t input_plane = axes[0].input * axes[1].input * axes[2].input;
  const std::int64_t output_plane = axes[0].output * axes[1].output * axes[2].output;
  const bool column_first = call.attributes().int_or("storage_order", 0) != 0;
  std::int64_t* indices = call.outputs.size() > 1 ? mutable_data<std::int64_t>(call.out(1)) : nullptr;
  for (std::int64_t plane = 0; plane < plane_count(call); ++plane) {
    const T* x = data<T>(call.in(0)) + plane * input_plane;
    T* y = mutable_data<T>(call.out()) + plane * output_plane;
    for_each_window(axes, [&](std::int64_t at, const Span& depth, const Span& height, const Span& width) {
      bool found = false;
      T best = std::numeric_limits<T>::lowest();
      std::array<std::int64_t, 3> where{};
      for_each_tap(axes, depth, height, width, [&](std::int64_t d, std::int64_t h, std::int64_t w) {
        const T value = x[(d * axes[1].input + h) * axes[2].input + w];
        if (found && !(value > best)) return;
        found = true;
        best = value;
        where = {d, h, w};
      });
      y[at] = best;
      if (indices == nullptr) return;
      const auto [d, h, w] = where;
      indices[plane * output_plane + at] =
          plane * input_plane +
          (column_first ? d + axes[0].input * (h + axes[1].input * w) : (d * axes[1].input + h) * axes[2].input + w);
    });
  }
  return {};
}

// Taps inside the input and its pads; what ceil_mode adds beyond them does not count.
std::int64_t counted(const graph::WindowAxis& axis, const Span& span) {
  const std::int64_t room = axis.input + axis.pad_end - span.origin;
  return std::min(axis.kernel, (room + axis.dilation - 1) / axis.dilation);
}

template <class T>
Status average_pool_of(const Call& call) {
  TRY_ASSIGN(const Axes axes, pool_axes(call));
  const std::int64_t input_plane = axes[0].input * axes[1].input * axes[2].input;
  const std::int64_t output_plane = axes[0].output * axes[1].output * axes[2].output;
  const bool with_pads = call.attributes().int_or("count_include_pad", 0) != 0;
  for (std::int64_t plane = 0; plane < plane_count(call); ++plane) {
    const T* x = data<T>(call.in(0)) + plane * input_plane;
    T* y = mutable_data<T>(call.out()) + plane * output_plane;
    for_each_window(axes, [&](std::int64_t at, const Span& depth, const Span& height, const Span& width) {
      double sum = 0;
      std::int64_t count = 0;
      for_each_tap(axes, depth, height, width, [&](std::int64_t d, std::int64_t h, std::int64_t w) {
        sum += static_cast<double>(x[(d * axes[1].input + h) * axes[2].input + w]);
        ++count;
      });
      if (with_pads) count = counted(axes[0], depth) * counted(axes[1], height) * counted(axes[2], width);
      y[at] = static_cast<T>(sum / static_cast<double>(std::max<std::int64_t>(count, 1)));
    });
  }
  return {};
}

template <class T>
Status global_pool_of(const Call& call) {
  const std::int64_t planes = plane_count(call);
  const std::int64_t pixels = call.in(0).elements() / std::max<std::int64_t>(planes, 1);
  const bool largest = call.op() == graph::Op::GlobalMaxPool;
  T* y = mutable_data<T>(call.out());
  for (std::int64_t plane = 0; plane < planes; ++plane) {
    const T* x = data<T>(call.in(0)) + plane * pixels;
    if (largest) {
      y[plane] = *std::max_element(x, x + pixels);
      continue;
    }
    double sum = 0;
    for (std::int64_t i = 0; i < pixels; ++i) sum += static_cast<double>(x[i]);
    y[plane] = static_cast<T>(sum / static_cast<double>(pixels));
  }
  return {};
}

}  // namespace

Status max_pool(const Call& call) {
  return visit_numbers(call, call.in(0).dtype(), [&]<class T>(Type<T>) { return max_pool_of<T>(call); });
}

Status average_pool(const Call& call) {
  return visit_floats(call, call.in(0).dtype(), [&]<class T>(Type<T>) { return average_pool_of<T>(call); });
}

Status global_pool(const Call& call) {
  return visit_floats(call, call.in(0).dtype(), [&]<class T>(Type<T>) { return global_pool_of<T>(call); });
}

}  // namespace diolkos::reference
