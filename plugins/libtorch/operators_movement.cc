#include <algorithm>
#include <cmath>

#include <ATen/core/Tensor.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/upsample_bilinear2d.h>

#include "graph/pad_parameters.h"
#include "graph/resize_parameters.h"
#include "graph/slice_parameters.h"
#include "graph/split_sizes.h"
#include "libtorch/operators.h"

namespace diolkos::plugin::libtorch {
namespace {

using graph::NodeView;
using graph::Op;
using graph::ResizeAxis;
using graph::ResizeCoordinates;
using graph::ResizeMode;
using graph::ResizeParameters;
using Ints = std::vector<std::int64_t>;

Ints output_dims(const NodeView& node) {
  const Shape& shape = node.graph().value(node.node().output()).type.shape;
  return {shape.begin(), shape.end()};
}

// What a position along one axis of the output is made of: lower * (1 - share) + upper * share.
struct Blend {
  int axis;
  at::Tensor lower, upper;  // indices
  at::Tensor share;         // of the output's extent along the axis, 1 along the ones behind it
};

at::Tensor on_device_of(const at::Tensor& what, const at::Tensor& where) { return what.to(where.device()); }

Blend nearest_along(const ResizeParameters& resize, int index) {
  const ResizeAxis& axis = resize.axes[static_cast<std::size_t>(index)];
  Ints pixels;
  for (std::int64_t i = 0; i < axis.output; ++i)
    pixels.push_back(
        graph::nearest_pixel(graph::source_coordinate(axis, resize.coordinates, i), resize.nearest, axis.input));
  return {index, at::tensor(pixels), {}, {}};
}

Blend linear_along(const ResizeParameters& resize, int index, int rank) {
  const ResizeAxis& axis = resize.axes[static_cast<std::size_t>(index)];
  Ints lower, upper;
  std::vector<float> share;
  for (std::int64_t i = 0; i < axis.output; ++i) {
    const double at = graph::source_coordinate(axis, resize.coordinates, i);
    const double floor = std::floor(at);
    const auto first = static_cast<std::int64_t>(floor);
    lower.push_back(std::clamp<std::int64_t>(first, 0, axis.input - 1));
    upper.push_back(std::clamp<std::int64_t>(first + 1, 0, axis.input - 1));
    share.push_back(static_cast<float>(at - floor));
  }
  Ints shape(static_cast<std::size_t>(rank - index), 1);
  shape[0] = axis.output;
  return {index, at::tensor(lower), at::tensor(upper), at::tensor(share).reshape(shape)};
}

at::Tensor blended(const at::Tensor& input, const Blend& blend) {
  const at::Tensor lower = input.index_select(blend.axis, on_device_of(blend.lower, input));
  if (!blend.upper.defined()) return lower;
  const at::Tensor upper = input.index_select(blend.axis, on_device_of(blend.upper, input));
  return lower.lerp(upper, on_device_of(blend.share, input).to(input.scalar_type()).expand_as(lower));
}

// ATen's own kernel does half_pixel and align_corners over the last two of four axes.
bool is_bilinear(const ResizeParameters& resize) {
  const bool coordinates =
      resize.coordinates == ResizeCoordinates::half_pixel || resize.coordinates == ResizeCoordinates::align_corners;
  return resize.mode == ResizeMode::linear && coordinates && resize.axes.size() == 4 && resize.axes[0].identity() &&
         resize.axes[1].identity();
}

Operator bilinear(const ResizeParameters& resize) {
  const bool corners = resize.coordinates == ResizeCoordinates::align_corners;
  const Ints sizes{resize.axes[2].output, resize.axes[3].output};
  // PyTorch, too, gives scales only where they say more than the sizes.
  const auto scale = [&](std::size_t axis) {
    const ResizeAxis& along = resize.axes[axis];
    const bool rounded = along.length != static_cast<double>(along.output);
    return rounded ? c10::optional<double>(along.scale()) : c10::optional<double>();
  };
  return [=, height = scale(2), width = scale(3)](at::Tensor* in, at::Tensor* out) {
    out[0] = at::upsample_bilinear2d(in[0], sizes, corners, height, width);
  };
}

Result<Operator> resize(const NodeView& node) {
  TRY_ASSIGN(const ResizeParameters resize, graph::resolve_resize(node.graph(), node.node()));
  if (resize.mode == ResizeMode::cubic) return refuse(node, "mode cubic");
  if (resize.antialias || resize.exclude_outside) return refuse(node, "antialias or exclude_outside");
  if (resize.coordinates == ResizeCoordinates::tf_crop_and_resize) return refuse(node, "tf_crop_and_resize");
  if (is_bilinear(resize)) return bilinear(resize);
  std::vector<Blend> blends;
  for (int i = 0; i < node.rank(0); ++i) {
    if (resize.axes[static_cast<std::size_t>(i)].identity()) continue;
    blends.push_back(resize.mode == ResizeMode::nearest ? nearest_along(resize, i)
                                                        : linear_along(resize, i, node.rank(0)));
  }
  return Operator([=](at::Tensor* in, at::Tensor* out) {
    out[0] = in[0];
    for (const Blend& blend : blends) out[0] = blended(out[0], blend);
  });
}

Result<Operator> transpose(const NodeView& node) {
  Ints order = node.attributes().ints_or("perm", {});
  if (order.empty())
    for (int i = node.rank(0) - 1; i >= 0; --i) order.push_back(i);
  return Operator([=](at::Tensor* in, at::Tensor* out) { out[0] = in[0].permute(order); });
}

Result<Operator> concat(const NodeView& node) {
  TRY_ASSIGN(const int axis, node.axis(node.attributes().int_or("axis", 0), node.rank(0)));
  return Operator([=, count = node.input_count()](at::Tensor* in, at::Tensor* out) {
    out[0] = at::cat(at::ArrayRef<at::Tensor>(in, count), axis);
  });
}

Result<Operator> split(const NodeView& node) {
  TRY_ASSIGN(const int axis, node.axis(node.attributes().int_or("axis", 0), node.rank(0)));
  TRY_ASSIGN(const Ints sizes, graph::split_sizes(node, node.shape(0)[axis]));
  return Operator([=](at::Tensor* in, at::Tensor* out) {
    std::vector<at::Tensor> parts = in[0].split_with_sizes(sizes, axis);
    std::move(parts.begin(), parts.end(), out);
  });
}

Result<Operator> slice(const NodeView& node) {
  TRY_ASSIGN(const std::vector<graph::SliceAxis> axes, graph::resolve_slice(node));
  for (const graph::SliceAxis& axis : axes)
    if (axis.step < 0) return refuse(node, "a slice that goes backwards");
  return Operator([=](at::Tensor* in, at::Tensor* out) {
    out[0] = in[0];
    for (std::size_t i = 0; i < axes.size(); ++i) {
      const graph::SliceAxis& axis = axes[i];
      const std::int64_t begin = axis.count > 0 ? axis.start : 0;
      out[0] = out[0].slice(static_cast<std::int64_t>(i), begin, begin + axis.count * axis.step, axis.step);
    }
  });
}

Result<Operator> pad(const NodeView& node) {
  TRY_ASSIGN(const graph::PadParameters parameters, graph::resolve_pad(node));
  if (parameters.mode != graph::PadMode::constant) return refuse(node, "a mode other than constant");
  float value = 0;
  if (node.has(2)) {
    TRY_ASSIGN(const std::vector<float> given, node.floats(2, "constant_value"));
    value = given.at(0);
  }
  Ints amounts;
  for (std::size_t i = parameters.begin.size(); i-- > 0;) {
    amounts.push_back(parameters.begin[i]);
    amounts.push_back(parameters.end[i]);
  }
  return Operator([=](at::Tensor* in, at::Tensor* out) { out[0] = at::constant_pad_nd(in[0], amounts, value); });
}

}  // namespace

Result<Operator> make_movement_operator(const NodeView& node) {
  switch (node.node().op) {
    case Op::Resize: return resize(node);
    case Op::Transpose: return transpose(node);
    case Op::Concat: return concat(node);
    case Op::Split: return split(node);
    case Op::Slice: return slice(node);
    case Op::Pad: return pad(node);
    case Op::Expand:
      return Operator([to = output_dims(node)](at::Tensor* in, at::Tensor* out) { out[0] = in[0].expand(to); });
    case Op::Reshape:
    case Op::Flatten:
    case Op::Squeeze:
    case Op::Unsqueeze:
      return Operator([to = output_dims(node)](at::Tensor* in, at::Tensor* out) { out[0] = in[0].reshape(to); });
    default: return Operator();
  }
}

}  // namespace diolkos::plugin::libtorch
