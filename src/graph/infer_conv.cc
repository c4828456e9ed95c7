#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "graph/broadcast.h"
#include "graph/infer_rules.h"
#include "graph/window.h"

namespace diolkos::graph {
namespace {

Shape output_shape(const Window& window, std::int64_t batch, std::int64_t channels) {
  Shape shape{batch, channels};
  for (int i = 0; i < window.spatial_rank; ++i) shape.push_back(window[i].output);
  return shape;
}

Status same_type(const NodeView& view, std::size_t a, std::size_t b) {
  if (!view.has(a) || !view.has(b) || view.dtype(a) == view.dtype(b)) return {};
  return view.error(fmt::format("input {} is {}, input {} is {}; cast one of them", b, name_of(view.dtype(b)), a,
                                name_of(view.dtype(a))));
}

Status check_bias(const NodeView& view, std::size_t bias, std::int64_t channels) {
  if (!view.has(bias) || view.shape(bias) == Shape{channels}) return {};
  return view.error(
      fmt::format("bias is {}, expected {} for {} output channels", to_string(view.shape(bias)), channels, channels));
}

// One byte, and a zero point of the same type: a scalar, or one for each output channel where `channels` is not 0.
Status check_bytes(const NodeView& view, std::size_t input, std::size_t zero_point, std::int64_t channels) {
  const DType dtype = view.dtype(input);
  if (dtype != DType::int8 && dtype != DType::uint8)
    return view.error(fmt::format("input {} is {}, expected int8 or uint8", input, name_of(dtype)));
  if (!view.has(zero_point)) return {};
  TRY(same_type(view, input, zero_point));
  const std::int64_t count = view.shape(zero_point).elements();
  if (count != 1 && (channels == 0 || count != channels))
    return view.error(fmt::format("input {} (a zero point) is {}, expected one element{}", zero_point,
                                  to_string(view.shape(zero_point)),
                                  channels == 0 ? "" : fmt::format(" or {}", channels)));
  return {};
}

Status check_scale(const NodeView& view, std::size_t scale, std::int64_t channels) {
  const std::int64_t count = view.shape(scale).elements();
  if (is_float(view.dtype(scale)) && (count == 1 || (channels != 0 && count == channels))) return {};
  return view.error(fmt::format("input {} (a scale) is {} {}, expected one float{}", scale, name_of(view.dtype(scale)),
                                to_string(view.shape(scale)), channels == 0 ? "" : fmt::format(" or {}", channels)));
}

Result<DType> output_dtype(const NodeView& view, const Shape& output) {
  const std::int64_t channels = output[1];
  switch (view.node().op) {
    case Op::ConvInteger:
      TRY(check_bytes(view, 0, 2, 0));
      TRY(check_bytes(view, 1, 3, channels));
      return DType::int32;
    case Op::QLinearConv:
      TRY(check_bytes(view, 0, 2, 0));
      TRY(check_bytes(view, 3, 5, channels));
      TRY(check_bytes(view, 7, 7, 0));
      TRY(check_scale(view, 1, 0));
      TRY(check_scale(view, 4, channels));
      TRY(check_scale(view, 6, 0));
      TRY(check_bias(view, 8, channels));
      if (view.has(8) && view.dtype(8) != DType::int32)
        return view.error(fmt::format("bias is {}, expected int32", name_of(view.dtype(8))));
      return view.dtype(7);
    default: break;
  }
  if (!is_float(view.dtype(0))) return view.error(fmt::format("input is {}, expected floats", name_of(view.dtype(0))));
  TRY(same_type(view, 0, 1));
  TRY(same_type(view, 0, 2));
  TRY(check_bias(view, 2, channels));
  return view.dtype(0);
}

Status check_fused(const NodeView& view, const Shape& output) {
  constexpr std::array<std::string_view, 9> kActivations{"",        "relu",      "clip", "hardswish", "hardsigmoid",
                                                         "sigmoid", "leakyrelu", "gelu", "gelu_tanh"};
  const std::string_view activation = view.attributes().string_or("activation", "");
  if (std::find(kActivations.begin(), kActivations.end(), activation) == kActivations.end())
    return view.error(fmt::format("activation is '{}', expected {}", activation, fmt::join(kActivations, ", ")));
  if (!view.has(3)) return {};
  TRY(same_type(view, 0, 3));
  if (view.shape(3) == output) return {};
  return view.error(
      fmt::format("residual is {}, expected the output's {}", to_string(view.shape(3)), to_string(output)));
}

}  // namespace

Types infer_conv(const NodeView& view) {
  TRY_ASSIGN(const Window window, resolve_window(view.graph(), view.node()));
  const Shape& input = view.shape(0);
  const Shape& weight = view.shape(view.node().op == Op::QLinearConv ? 3 : 1);
  const std::int64_t groups = window.groups;
  if (input[1] % groups != 0 || weight[1] != input[1] / groups)
    return view.error(fmt::format("weight has {} input channels, input has {}{}; weight is {}, input is {}", weight[1],
                                  input[1], groups == 1 ? "" : fmt::format(" in {} groups", groups), to_string(weight),
                                  to_string(input)));
  if (weight[0] < 1 || weight[0] % groups != 0)
    return view.error(fmt::format("{} output channels do not divide into {} groups", weight[0], groups));
  const Shape output = output_shape(window, input[0], weight[0]);
  TRY_ASSIGN(const DType dtype, output_dtype(view, output));
  if (view.node().op == Op::FusedConv) TRY(check_fused(view, output));
  return one(dtype, output);
}

Types infer_conv_transpose(const NodeView& view) {
  TRY_ASSIGN(const Window window, resolve_window(view.graph(), view.node()));
  const Shape& input = view.shape(0);
  const Shape& weight = view.shape(1);
  if (weight[0] != input[1] || input[1] % window.groups != 0)
    return view.error(fmt::format("weight has {} input channels, input has {}{}; weight is {}, input is {}", weight[0],
                                  input[1], window.groups == 1 ? "" : fmt::format(" in {} groups", window.groups),
                                  to_string(weight), to_string(input)));
  if (weight[1] < 1 || weight[1] > (std::int64_t{1} << 31))
    return view.error(fmt::format("weight is {}, expected at least one output channel", to_string(weight)));
  const Shape output = output_shape(window, input[0], weight[1] * window.groups);
  TRY_ASSIGN(const DType dtype, output_dtype(view, output));
  return one(dtype, output);
}

Types infer_gemm(const NodeView& view) {
  TRY(same_type(view, 0, 1));
  TRY(same_type(view, 0, 2));
  const Shape& a = view.shape(0);
  const Shape& b = view.shape(1);
  if (a.rank() != 2 || b.rank() != 2)
    return view.error(fmt::format("inputs are {} and {}, expected two matrices", to_string(a), to_string(b)));
  const int transposed_a = view.attributes().int_or("transA", 0) != 0;
  const int transposed_b = view.attributes().int_or("transB", 0) != 0;
  if (a[1 - transposed_a] != b[transposed_b])
    return view.error(fmt::format("inner extents {} and {} differ: A is {}{}, B is {}{}", a[1 - transposed_a],
                                  b[transposed_b], to_string(a), transposed_a ? " transposed" : "", to_string(b),
                                  transposed_b ? " transposed" : ""));
  const Shape output{a[transposed_a], b[1 - transposed_b]};
  if (view.has(2)) {
    const auto shape = broadcast(output, view.shape(2));
    if (!shape || !(*shape == output))
      return view.error(
          fmt::format("C is {}, which does not broadcast to {}", to_string(view.shape(2)), to_string(output)));
  }
  return one(view.dtype(0), output);
}

Types infer_matmul(const NodeView& view) {
  TRY(same_type(view, 0, 1));
  const Shape& a = view.shape(0);
  const Shape& b = view.shape(1);
  if (a.rank() == 0 || b.rank() == 0) return view.error("a scalar cannot be multiplied as a matrix");
  const std::int64_t inner = a[a.rank() - 1];
  if (inner != b[std::max(0, b.rank() - 2)])
    return view.error(fmt::format("inner extents differ: A is {}, B is {}", to_string(a), to_string(b)));
  const auto batch_of = [](const Shape& shape) {
    return *Shape::from(shape.dims().first(std::max(0, shape.rank() - 2)));
  };
  auto output = broadcast(batch_of(a), batch_of(b));
  if (!output) return view.error(fmt::format("batches of {} and {} do not broadcast", to_string(a), to_string(b)));
  if (a.rank() > 1) output->push_back(a[a.rank() - 2]);
  if (b.rank() > 1) output->push_back(b[b.rank() - 1]);
  return one(view.dtype(0), *output);
}

}  // namespace diolkos::graph
