// Operators that go element by element, reductions, and the borders between floats and integers.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "formats/tflite/raising.h"
#include "graph/element_type.h"

namespace diolkos::tflite {
namespace {

using graph::Op;
using graph::ValueId;

// NHWC's last axis is first but one in NCHW: an operand of fewer axes is widened before it is turned.
Result<ValueId> operand(Raising& to, const Operator& op, std::size_t input, int rank) {
  const TensorInfo& info = to.tensor(op, input);
  const int own = info.shape.rank();
  if (rank != 4 || own == 4 || info.shape.elements() == 1) {
    if (info.shape.elements() != 1 || own == rank || !info.is_constant()) return to.value(op.inputs[input]);
    const std::optional<Quantization>& q = info.quantization;
    return to.add_typed(info.name, info.data.reshaped(Shape{}), is_float(info.dtype) ? std::nullopt : q, -1);
  }
  if (!info.is_constant())
    return unsupported(fmt::format("'{}' of {} is broadcast over an image; only constants of fewer axes are", info.name,
                                   to_string(info.shape)));
  TRY_ASSIGN(const Tensor wide, operand_from_nhwc(info.data));
  return to.add_typed(info.name, wide, is_float(info.dtype) ? std::nullopt : info.quantization, -1);
}

int axis_to_nchw(int axis, int rank) { return rank == 4 ? kToNhwc[static_cast<std::size_t>(axis)] : axis; }

Result<int> checked_axis(std::int64_t axis, int rank) {
  if (axis < -rank || axis >= rank) return invalid(fmt::format("axis {} is outside a rank of {}", axis, rank));
  return static_cast<int>(axis < 0 ? axis + rank : axis);
}

// The scale and zero point of a tensor as constants of QuantizeLinear and DequantizeLinear.
Status add_parameters(Raising& to, const TensorInfo& info, std::vector<ValueId>& inputs) {
  if (!info.quantization || info.quantization->scales.size() != 1)
    return unsupported(fmt::format("'{}' has {} scales, expected 1", info.name,
                                   info.quantization ? info.quantization->scales.size() : 0));
  inputs.push_back(to.add_scalar(info.name + "/scale", info.quantization->scales[0]));
  const std::int64_t zero = info.quantization->zero_points[0];
  Tensor stored;
  switch (info.dtype) {
    case DType::int8: stored = Tensor::scalar(static_cast<std::int8_t>(zero)); break;
    case DType::uint8: stored = Tensor::scalar(static_cast<std::uint8_t>(zero)); break;
    case DType::int16: stored = Tensor::scalar(static_cast<std::int16_t>(zero)); break;
    case DType::int32: stored = Tensor::scalar(static_cast<std::int32_t>(zero)); break;
    default: return unsupported(fmt::format("'{}' is {}", info.name, diolkos::name_of(info.dtype)));
  }
  inputs.push_back(to.graph.add_constant(info.name + "/zero_point", std::move(stored)));
  return {};
}

}  // namespace

Status raise_binary(Raising& to, const Operator& op, Op kind) {
  const int rank = to.result(op).shape.rank();
  TRY_ASSIGN(const ValueId a, operand(to, op, 0, rank));
  TRY_ASSIGN(const ValueId b, operand(to, op, 1, rank));
  return to.emit(op, kind, {a, b});
}

Status raise_unary(Raising& to, const Operator& op, Op kind) {
  TRY_ASSIGN(const ValueId x, to.value(op.inputs[0]));
  graph::Attributes attributes;
  if (kind == Op::LeakyRelu) attributes.set("alpha", op.options.alpha);
  return to.emit(op, kind, {x}, std::move(attributes));
}

Status raise_clip(Raising& to, const Operator& op) {
  TRY_ASSIGN(const ValueId x, to.value(op.inputs[0]));
  if (op.builtin == Builtin::relu) return to.emit(op, Op::Relu, {x});
  const float low = op.builtin == Builtin::relu6 ? 0.0f : -1.0f;
  const float high = op.builtin == Builtin::relu6 ? 6.0f : 1.0f;
  const std::string& name = to.result(op).name;
  return to.emit(op, Op::Clip, {x, to.add_scalar(name + "/low", low), to.add_scalar(name + "/high", high)});
}

Status raise_prelu(Raising& to, const Operator& op) {
  TRY_ASSIGN(const ValueId x, to.value(op.inputs[0]));
  TRY_ASSIGN(const ValueId slope, operand(to, op, 1, to.result(op).shape.rank()));
  return to.emit(op, Op::PRelu, {x, slope});
}

Status raise_softmax(Raising& to, const Operator& op) {
  if (op.options.beta != 1.0f) return unsupported(fmt::format("beta {}, expected 1", op.options.beta));
  const int rank = to.result(op).shape.rank();
  if (rank < 1) return invalid("of a scalar");
  TRY_ASSIGN(const ValueId x, to.value(op.inputs[0]));
  return to.emit(op, Op::Softmax, {x}, {{"axis", std::int64_t{axis_to_nchw(rank - 1, rank)}}});
}

Status raise_reduce(Raising& to, const Operator& op, Op kind) {
  const int rank = to.tensor(op, 0).shape.rank();
  TRY_ASSIGN(const auto given, to.ints(op, 1, "axes"));
  std::vector<std::int64_t> axes;
  for (std::int64_t one : given) {
    TRY_ASSIGN(const int axis, checked_axis(one, rank));
    axes.push_back(axis_to_nchw(axis, rank));
  }
  std::sort(axes.begin(), axes.end());
  const bool spatial = axes == std::vector<std::int64_t>{2, 3};
  if (rank == 4 && !op.options.keep_dims && !spatial && axes != std::vector<std::int64_t>{1})
    return unsupported("a reduction of an image that drops other axes than height and width, or the channels");
  TRY_ASSIGN(const ValueId x, to.value(op.inputs[0]));
  const ValueId axes_value = to.add_ints(to.result(op).name + "/axes", axes);
  return to.emit(op, kind, {x, axes_value}, {{"keepdims", std::int64_t{op.options.keep_dims ? 1 : 0}}});
}

Status raise_arg(Raising& to, const Operator& op, Op kind) {
  const int rank = to.tensor(op, 0).shape.rank();
  TRY_ASSIGN(const auto given, to.ints(op, 1, "axis"));
  if (given.size() != 1) return invalid(fmt::format("{} axes, expected 1", given.size()));
  TRY_ASSIGN(const int axis, checked_axis(given[0], rank));
  if (rank == 4 && axis != 3) return unsupported("over another axis of an image than its channels");
  TRY_ASSIGN(const ValueId x, to.value(op.inputs[0]));
  const TensorInfo& info = to.result(op);
  graph::Attributes attributes{{"axis", std::int64_t{axis_to_nchw(axis, rank)}}, {"keepdims", std::int64_t{0}}};
  if (info.dtype == DType::int64) return to.emit(op, kind, {x}, std::move(attributes));
  const ValueId wide = to.add(kind, info.name + "/int64", {x}, std::move(attributes), {}, DType::int64);
  return to.emit(op, Op::Cast, {wide}, {{"to", graph::onnx_of_dtype(info.dtype)}});
}

Status raise_quantize(Raising& to, const Operator& op) {
  TRY_ASSIGN(const ValueId x, to.value(op.inputs[0]));
  std::vector<ValueId> inputs{x};
  TRY(add_parameters(to, to.result(op), inputs));
  return to.emit(op, Op::QuantizeLinear, std::move(inputs));
}

Status raise_dequantize(Raising& to, const Operator& op) {
  const TensorInfo& info = to.tensor(op, 0);
  TRY_ASSIGN(const ValueId x, to.value(op.inputs[0]));
  if (info.dtype == DType::float16) {  // value() has widened it
    if (!info.is_constant()) return unsupported("float16 activations");
    to.define(op.output(), x);
    return {};
  }
  std::vector<ValueId> inputs{x};
  TRY(add_parameters(to, info, inputs));
  return to.emit(op, Op::DequantizeLinear, std::move(inputs));
}

Status raise_cast(Raising& to, const Operator& op) {
  TRY_ASSIGN(const ValueId x, to.value(op.inputs[0]));
  return to.emit(op, Op::Cast, {x}, {{"to", graph::onnx_of_dtype(to.result(op).dtype)}});
}

}  // namespace diolkos::tflite
