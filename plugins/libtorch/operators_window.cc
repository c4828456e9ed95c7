#include <limits>
#include <numeric>

#include <ATen/core/Tensor.h>
#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/batch_norm.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/convolution.h>
#include <ATen/ops/max_pool2d.h>

#include "graph/reduce_axes.h"
#include "graph/window.h"
#include "libtorch/operators.h"

namespace diolkos::plugin::libtorch {
namespace {

using graph::NodeView;
using graph::Op;
using graph::Window;
using graph::WindowAxis;
using Ints = std::vector<std::int64_t>;

Ints of_axes(const Window& window, std::int64_t WindowAxis::*member) {
  Ints values;
  for (int i = 0; i < window.spatial_rank; ++i) values.push_back(window[i].*member);
  return values;
}

// ATen pads both ends of an axis alike. Where that gives other windows, `around` is put around the input first, in
// constant_pad_nd's order: the last axis first, begin before end.
struct Padding {
  Ints even;
  Ints around;
};

// `most`: the largest even padding of a kernel that the operator takes.
template <class Most>
Padding padding_of(const Window& window, Most most) {
  const auto fits = [&](const WindowAxis& axis) {
    const std::int64_t room = axis.input + 2 * axis.pad_begin - axis.extent();
    return axis.pad_begin >= 0 && axis.pad_begin <= most(axis) && room >= 0 && room / axis.stride + 1 == axis.output;
  };
  Padding padding;
  bool even = true;
  for (int i = 0; i < window.spatial_rank; ++i) even = even && fits(window[i]);
  if (even) {
    padding.even = of_axes(window, &WindowAxis::pad_begin);
    return padding;
  }
  padding.even.assign(static_cast<std::size_t>(window.spatial_rank), 0);
  for (int i = window.spatial_rank - 1; i >= 0; --i) {
    const WindowAxis& axis = window[i];
    padding.around.push_back(axis.pad_begin);
    padding.around.push_back((axis.output - 1) * axis.stride + axis.extent() - axis.input - axis.pad_begin);
  }
  return padding;
}

at::Tensor padded(const at::Tensor& input, const Padding& padding, double with) {
  return padding.around.empty() ? input : at::constant_pad_nd(input, padding.around, with);
}

Result<Operator> convolution(const NodeView& node) {
  TRY_ASSIGN(const Window window, graph::resolve_window(node.graph(), node.node()));
  const Padding padding = padding_of(window, [](const WindowAxis& axis) { return axis.input + axis.extent(); });
  const Ints strides = of_axes(window, &WindowAxis::stride), dilations = of_axes(window, &WindowAxis::dilation);
  const Ints none(strides.size(), 0);
  const bool bias = node.has(2);
  return Operator([=, groups = window.groups](at::Tensor* in, at::Tensor* out) {
    out[0] = at::convolution(padded(in[0], padding, 0), in[1], bias ? in[2] : at::Tensor(), strides, padding.even,
                             dilations, false, none, groups);
  });
}

// ATen's output is (input - 1) * stride - 2 * padding + extent + output_padding.
Result<Operator> transposed_convolution(const NodeView& node) {
  TRY_ASSIGN(const Window window, graph::resolve_window(node.graph(), node.node()));
  Ints beyond;
  for (int i = 0; i < window.spatial_rank; ++i) {
    const WindowAxis& axis = window[i];
    beyond.push_back(axis.output - ((axis.input - 1) * axis.stride - 2 * axis.pad_begin + axis.extent()));
    if (axis.pad_begin < 0 || beyond.back() < 0 || beyond.back() >= std::max(axis.stride, axis.dilation))
      return refuse(node, "padding that differs at the two ends");
  }
  const Ints strides = of_axes(window, &WindowAxis::stride), dilations = of_axes(window, &WindowAxis::dilation);
  const Ints padding = of_axes(window, &WindowAxis::pad_begin);
  const bool bias = node.has(2);
  return Operator([=, groups = window.groups](at::Tensor* in, at::Tensor* out) {
    out[0] =
        at::convolution(in[0], in[1], bias ? in[2] : at::Tensor(), strides, padding, dilations, true, beyond, groups);
  });
}

Result<Operator> pool(const NodeView& node) {
  TRY_ASSIGN(const Window window, graph::resolve_window(node.graph(), node.node()));
  if (window.spatial_rank != 2) return refuse(node, "a pool over other than two axes");
  if (node.node().outputs.size() > 1) return refuse(node, "a pool that gives indices");
  const Padding padding = padding_of(window, [](const WindowAxis& axis) { return axis.kernel / 2; });
  const Ints kernel = of_axes(window, &WindowAxis::kernel), strides = of_axes(window, &WindowAxis::stride);
  const Ints dilations = of_axes(window, &WindowAxis::dilation);
  if (node.node().op == Op::MaxPool)
    return Operator([=](at::Tensor* in, at::Tensor* out) {
      out[0] = at::max_pool2d(padded(in[0], padding, -std::numeric_limits<double>::infinity()), kernel, strides,
                              padding.even, dilations, false);
    });
  if (!padding.around.empty() || dilations != Ints{1, 1})
    return refuse(node, "an average over uneven or dilated windows");
  const bool count_padding = node.attributes().int_or("count_include_pad", 0) != 0;
  return Operator([=](at::Tensor* in, at::Tensor* out) {
    out[0] = at::avg_pool2d(in[0], kernel, strides, padding.even, false, count_padding);
  });
}

Operator batch_norm(const NodeView& node) {
  const double epsilon = node.attributes().float_or("epsilon", 1e-5f);
  return [=](at::Tensor* in, at::Tensor* out) {
    out[0] = at::batch_norm(in[0], in[1], in[2], in[3], in[4], false, 0, epsilon, true);
  };
}

Operator gemm(const NodeView& node) {
  const double alpha = node.attributes().float_or("alpha", 1), beta = node.attributes().float_or("beta", 1);
  const bool turn_a = node.attributes().int_or("transA", 0) != 0, turn_b = node.attributes().int_or("transB", 0) != 0;
  const bool added = node.has(2);
  return [=](at::Tensor* in, at::Tensor* out) {
    const at::Tensor product = (turn_a ? in[0].t() : in[0]).matmul(turn_b ? in[1].t() : in[1]);
    out[0] = alpha == 1 ? product : product.mul(alpha);
    if (added) out[0] = out[0].add(in[2], beta);
  };
}

Operator global_pool(const NodeView& node) {
  Ints axes(static_cast<std::size_t>(std::max(node.rank(0) - 2, 0)));
  std::iota(axes.begin(), axes.end(), 2);
  const bool mean = node.node().op == Op::GlobalAveragePool;
  return [=](at::Tensor* in, at::Tensor* out) { out[0] = mean ? in[0].mean(axes, true) : in[0].amax(axes, true); };
}

Result<Operator> reduction(const NodeView& node) {
  TRY_ASSIGN(const std::vector<int> given, graph::reduce_axes(node));
  const Ints axes(given.begin(), given.end());
  const bool keep = node.attributes().int_or("keepdims", 1) != 0;
  if (axes.empty()) return Operator([](at::Tensor* in, at::Tensor* out) { out[0] = in[0]; });
  const Op op = node.node().op;
  return Operator([=](at::Tensor* in, at::Tensor* out) {
    if (op == Op::ReduceMean) out[0] = in[0].mean(axes, keep);
    if (op == Op::ReduceSum) out[0] = in[0].sum(axes, keep);
    if (op == Op::ReduceMax) out[0] = in[0].amax(axes, keep);
    if (op == Op::ReduceMin) out[0] = in[0].amin(axes, keep);
  });
}

Result<Operator> along_axis(const NodeView& node) {
  const Op op = node.node().op;
  const bool index = op == Op::ArgMax || op == Op::ArgMin;
  TRY_ASSIGN(const int axis, node.axis(node.attributes().int_or("axis", index ? 0 : -1), node.rank(0)));
  if (node.attributes().int_or("select_last_index", 0) != 0) return refuse(node, "select_last_index");
  const bool keep = node.attributes().int_or("keepdims", 1) != 0;
  return Operator([=](at::Tensor* in, at::Tensor* out) {
    if (op == Op::ArgMax) out[0] = in[0].argmax(axis, keep);
    if (op == Op::ArgMin) out[0] = in[0].argmin(axis, keep);
    if (op == Op::Softmax) out[0] = in[0].softmax(axis);
    if (op == Op::LogSoftmax) out[0] = in[0].log_softmax(axis);
  });
}

}  // namespace

Result<Operator> make_window_operator(const NodeView& node) {
  switch (node.node().op) {
    case Op::Conv: return convolution(node);
    case Op::ConvTranspose: return transposed_convolution(node);
    case Op::MaxPool:
    case Op::AveragePool: return pool(node);
    case Op::Gemm: return gemm(node);
    case Op::MatMul: return Operator([](at::Tensor* in, at::Tensor* out) { out[0] = in[0].matmul(in[1]); });
    case Op::BatchNormalization: return batch_norm(node);
    case Op::GlobalAveragePool:
    case Op::GlobalMaxPool: return global_pool(node);
    case Op::ReduceMean:
    case Op::ReduceSum:
    case Op::ReduceMax:
    case Op::ReduceMin: return reduction(node);
    case Op::ArgMax:
    case Op::ArgMin:
    case Op::Softmax:
    case Op::LogSoftmax: return along_axis(node);
    default: return Operator();
  }
}

}  // namespace diolkos::plugin::libtorch
