// Convolutions, fully connected layers and pools.
#include <algorithm>

#include <fmt/format.h>

#include "formats/tflite/raising.h"

namespace diolkos::tflite {
namespace {

using graph::Op;
using graph::ValueId;

struct Pads {
  std::int64_t begin = 0, end = 0;
};

// TFLite's SAME: output = ceil(input / stride), the odd one of the padding behind.
Pads pads_of(Padding padding, std::int64_t input, std::int64_t extent, std::int64_t stride) {
  if (padding == Padding::valid) return {};
  const std::int64_t output = (input + stride - 1) / stride;
  const std::int64_t total = std::max<std::int64_t>(0, (output - 1) * stride + extent - input);
  return {total / 2, total - total / 2};
}

Status need_rank(const TensorInfo& info, int rank, std::string_view what) {
  if (info.shape.rank() == rank) return {};
  return invalid(fmt::format("{} is {}, expected {} axes", what, to_string(info.shape), rank));
}

// Weights in the order that the graph wants; float32 where the operator computes in float.
Result<ValueId> weights(Raising& to, const Operator& op, std::size_t input, const Permutation& permutation, int axis) {
  const TensorInfo& info = to.tensor(op, input);
  int source = op.inputs[input];
  // float16 weights come through a DEQUANTIZE that has been folded into a float32 constant
  TRY_ASSIGN(const ValueId known, to.value(source));
  if (!to.graph.value(known).is_constant()) return unsupported(fmt::format("weight '{}' is computed", info.name));
  Tensor data = info.data;
  if (!data.defined()) {  // from a constant DEQUANTIZE: the value is NCHW already
    const Tensor nchw = *to.graph.value(known).constant;
    TRY_ASSIGN(data, nchw.shape().rank() == 4 ? permuted(nchw, kToNhwc) : Result<Tensor>(nchw));
  }
  if (data.shape().rank() == 4) {
    TRY_ASSIGN(data, permuted(data, permutation));
  }
  return to.add_typed(info.name, std::move(data), is_float(info.dtype) ? std::nullopt : info.quantization, axis);
}

// int8 weights under a float input: dynamic range. The weights' real values are what is computed with.
Result<ValueId> real_weights(Raising& to, ValueId weights, int axis) {
  const graph::Value& value = to.graph.value(weights);
  const graph::Quantization& q = *value.type.quantization;
  const Tensor& stored = *value.constant;
  TRY_ASSIGN(const Tensor integers, to_float32(stored));
  TRY_ASSIGN(Tensor real, Tensor::zeros(DType::float32, stored.shape()));
  std::int64_t inner = 1;
  for (int i = axis + 1; i < stored.shape().rank(); ++i) inner *= stored.shape()[i];
  const auto channels = static_cast<std::int64_t>(q.scales.size());
  for (std::int64_t i = 0; i < real.elements(); ++i) {
    const auto channel = static_cast<std::size_t>(channels == 1 ? 0 : i / inner % channels);
    const auto at = static_cast<std::size_t>(i);
    real.mutable_as<float>()[at] =
        q.scales[channel] * (integers.as<float>()[at] - static_cast<float>(q.zero_points[channel]));
  }
  return to.graph.add_constant(value.name + "/real", std::move(real));
}

Result<ValueId> fitting_weights(Raising& to, const Operator& op, std::size_t data_input, std::size_t weight_input,
                                const Permutation& permutation, int axis) {
  TRY_ASSIGN(const ValueId id, weights(to, op, weight_input, permutation, axis));
  if (is_float(to.tensor(op, data_input).dtype) && to.graph.value(id).type.quantization)
    return real_weights(to, id, axis);
  return id;
}

}  // namespace

Status raise_conv(Raising& to, const Operator& op) {
  const Options& o = op.options;
  const bool depthwise = op.builtin == Builtin::depthwise_conv_2d;
  TRY(need_rank(to.tensor(op, 0), 4, "input"));
  TRY(need_rank(to.tensor(op, 1), 4, "weight"));
  const Shape& input = to.tensor(op, 0).shape;
  const Shape& filter = to.tensor(op, 1).shape;
  constexpr Permutation kFromDepthwise{3, 0, 1, 2};  // 1HWO -> O1HW
  TRY_ASSIGN(const ValueId weight, fitting_weights(to, op, 0, 1, depthwise ? kFromDepthwise : kToNchw, 0));
  const Pads h = pads_of(o.padding, input[1], (filter[1] - 1) * o.dilation_h + 1, o.stride_h);
  const Pads w = pads_of(o.padding, input[2], (filter[2] - 1) * o.dilation_w + 1, o.stride_w);
  std::int64_t groups = input[3];
  if (!depthwise) {
    if (filter[3] < 1 || input[3] % filter[3] != 0)
      return invalid(fmt::format("{} input channels, the weight has {}", input[3], filter[3]));
    groups = input[3] / filter[3];
  }
  std::vector<ValueId> inputs;
  TRY_ASSIGN(const ValueId x, to.value(op.inputs[0]));
  TRY_ASSIGN(const ValueId bias, to.value(op.input(2)));
  inputs = {x, weight};
  if (bias != graph::kNoValue) inputs.push_back(bias);
  using Ints = std::vector<std::int64_t>;
  return to.emit(op, Op::Conv, std::move(inputs),
                 {{"pads", Ints{h.begin, w.begin, h.end, w.end}}, {"strides", Ints{o.stride_h, o.stride_w}},
                  {"dilations", Ints{o.dilation_h, o.dilation_w}}, {"group", groups}});
}

Status raise_transpose_conv(Raising& to, const Operator& op) {
  const Options& o = op.options;
  TRY(need_rank(to.tensor(op, 2), 4, "input"));
  TRY(need_rank(to.tensor(op, 1), 4, "weight"));
  TRY(need_rank(to.result(op), 4, "output"));
  const Shape& input = to.tensor(op, 2).shape;
  const Shape& filter = to.tensor(op, 1).shape;
  const Shape& output = to.result(op).shape;
  constexpr Permutation kFromOhwi{3, 0, 1, 2};  // OHWI -> IOHW
  TRY_ASSIGN(const ValueId weight, fitting_weights(to, op, 2, 1, kFromOhwi, 1));
  std::int64_t begin[2], end[2], extra[2];
  for (int i = 0; i < 2; ++i) {
    const std::int64_t stride = i == 0 ? o.stride_h : o.stride_w;
    const std::int64_t full = (input[i + 1] - 1) * stride + filter[i + 1];
    const std::int64_t total = std::max<std::int64_t>(0, full - output[i + 1]);
    begin[i] = o.padding == Padding::same ? total / 2 : 0;
    end[i] = total - begin[i];
    extra[i] = std::max<std::int64_t>(0, output[i + 1] - full);
  }
  TRY_ASSIGN(const ValueId x, to.value(op.inputs[2]));
  TRY_ASSIGN(const ValueId bias, to.value(op.input(3)));
  std::vector<ValueId> inputs{x, weight};
  if (bias != graph::kNoValue) inputs.push_back(bias);
  using Ints = std::vector<std::int64_t>;
  return to.emit(op, Op::ConvTranspose, std::move(inputs),
                 {{"pads", Ints{begin[0], begin[1], end[0], end[1]}}, {"strides", Ints{o.stride_h, o.stride_w}},
                  {"output_padding", Ints{extra[0], extra[1]}}});
}

Status raise_fully_connected(Raising& to, const Operator& op) {
  TRY(need_rank(to.tensor(op, 1), 2, "weight"));
  const TensorInfo& input = to.tensor(op, 0);
  const Shape& filter = to.tensor(op, 1).shape;
  TRY_ASSIGN(const ValueId weight, fitting_weights(to, op, 0, 1, kToNchw, 0));
  TRY_ASSIGN(ValueId x, to.value(op.inputs[0]));
  if (filter[1] < 1 || input.shape.elements() % filter[1] != 0)
    return invalid(fmt::format("input {} does not divide into rows of {}", to_string(input.shape), filter[1]));
  const std::string name = to.result(op).name;
  const std::int64_t rows = input.shape.elements() / filter[1];
  if (input.shape.rank() == 4)  // its elements in the file's order
    x = to.add(Op::Transpose, name + "/nhwc", {x}, {{"perm", std::vector<std::int64_t>{0, 2, 3, 1}}},
               input.quantization, input.dtype);
  if (input.shape.rank() != 2 || input.shape[0] != rows)
    x = to.add(Op::Reshape, name + "/rows", {x, to.add_ints(name + "/rows_shape", {rows, filter[1]})}, {},
               input.quantization, input.dtype);
  TRY_ASSIGN(const ValueId bias, to.value(op.input(2)));
  std::vector<ValueId> inputs{x, weight};
  if (bias != graph::kNoValue) inputs.push_back(bias);
  if (to.result(op).shape.rank() != 2) return unsupported("a fully connected layer that keeps more than 2 axes");
  return to.emit(op, Op::Gemm, std::move(inputs), {{"transB", std::int64_t{1}}});
}

Status raise_pool(Raising& to, const Operator& op) {
  const Options& o = op.options;
  TRY(need_rank(to.tensor(op, 0), 4, "input"));
  const Shape& input = to.tensor(op, 0).shape;
  const Pads h = pads_of(o.padding, input[1], o.filter_h, o.stride_h);
  const Pads w = pads_of(o.padding, input[2], o.filter_w, o.stride_w);
  TRY_ASSIGN(const ValueId x, to.value(op.inputs[0]));
  using Ints = std::vector<std::int64_t>;
  return to.emit(op, op.builtin == Builtin::max_pool_2d ? Op::MaxPool : Op::AveragePool, {x},
                 {{"kernel_shape", Ints{o.filter_h, o.filter_w}}, {"strides", Ints{o.stride_h, o.stride_w}},
                  {"pads", Ints{h.begin, w.begin, h.end, w.end}}});
}

}  // namespace diolkos::tflite
