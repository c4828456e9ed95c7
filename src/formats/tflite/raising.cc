#include "formats/tflite/raising.h"

#include <fmt/format.h>

#include "formats/tflite/clip_bounds.h"

namespace diolkos::tflite {

using graph::kNoValue;
using graph::Op;
using graph::ValueId;

namespace {

Shape to_nchw(const Shape& shape) { return shape.rank() == 4 ? permuted(shape, kToNchw) : shape; }

// Axes of NCHW for those of NHWC.
int axis_to_nchw(int axis, int rank) { return rank == 4 ? kToNhwc[static_cast<std::size_t>(axis)] : axis; }

graph::Quantization converted(const Quantization& from, int rank) {
  graph::Quantization quantization;
  quantization.scales = from.scales;
  for (std::int64_t zero_point : from.zero_points)
    quantization.zero_points.push_back(static_cast<std::int32_t>(zero_point));
  quantization.axis = from.scales.size() > 1 ? axis_to_nchw(from.axis, rank) : -1;
  return quantization;
}

}  // namespace

graph::TensorType Raising::type_of(const TensorInfo& info) {
  graph::TensorType type{info.dtype, to_nchw(info.shape), {}};
  if (info.quantization && !is_float(info.dtype)) type.quantization = converted(*info.quantization, info.shape.rank());
  return type;
}

Result<ValueId> Raising::value(int index) {
  if (index == kNoTensor) return kNoValue;
  ValueId& known = values_[static_cast<std::size_t>(index)];
  if (known != kNoValue) return known;
  const TensorInfo& info = model.tensor(index);
  Tensor data = info.data;
  if (info.dtype == DType::float16) {
    TRY_ASSIGN(data, to_float32(data));
  }
  if (data.shape().rank() == 4) {
    TRY_ASSIGN(data, permuted(data, kToNchw));
  }
  known = graph.add_constant(info.name, std::move(data));
  graph.value(known).type.quantization = type_of(info).quantization;
  return known;
}

Result<Tensor> Raising::constant(const Operator& op, std::size_t input, std::string_view what) const {
  const int index = op.input(input);
  if (index == kNoTensor || !model.tensor(index).is_constant())
    return unsupported(fmt::format("{} must be constant", what));
  return model.tensor(index).data;
}

Result<std::vector<std::int64_t>> Raising::ints(const Operator& op, std::size_t input, std::string_view what) const {
  TRY_ASSIGN(const Tensor data, constant(op, input, what));
  TRY_ASSIGN(const Tensor wide, to_int64(data));
  const auto values = wide.as<std::int64_t>();
  return std::vector<std::int64_t>(values.begin(), values.end());
}

ValueId Raising::add_ints(std::string_view name, const std::vector<std::int64_t>& values) {
  const Shape shape{static_cast<std::int64_t>(values.size())};
  return graph.add_constant(name, Tensor::of(shape, std::span<const std::int64_t>(values)));
}

ValueId Raising::add_scalar(const std::string& name, float value) {
  return graph.add_constant(name, Tensor::scalar(value));
}

ValueId Raising::add_typed(std::string_view name, Tensor data, const std::optional<Quantization>& quantization,
                           int axis) {
  const ValueId id = graph.add_constant(name, std::move(data));
  if (quantization) {
    graph::Quantization converted_quantization = converted(*quantization, 0);
    converted_quantization.axis = quantization->scales.size() > 1 ? axis : -1;
    graph.value(id).type.quantization = std::move(converted_quantization);
  }
  return id;
}

ValueId Raising::add(Op kind, std::string_view name, std::vector<ValueId> inputs, graph::Attributes attributes,
                     const std::optional<Quantization>& quantization, DType dtype) {
  const ValueId made = graph.add(kind, name, std::move(inputs), std::move(attributes));
  if (quantization && !is_float(dtype)) {
    graph.value(made).type.dtype = dtype;
    graph.value(made).type.quantization = converted(*quantization, 0);
  }
  return made;
}

Status Raising::emit(const Operator& op, Op kind, std::vector<ValueId> inputs, graph::Attributes attributes) {
  const TensorInfo& info = result(op);
  const bool fused = op.options.activation != Activation::none;
  const std::string name = fused ? info.name + "/linear" : info.name;
  const ValueId made = add(kind, name, std::move(inputs), std::move(attributes), info.quantization, info.dtype);
  if (!fused) {
    define(op.output(), made);
    return {};
  }
  return activate(op, made);
}

Status Raising::activate(const Operator& op, ValueId value) {
  const TensorInfo& info = result(op);
  std::vector<ValueId> inputs{value};
  Op kind = Op::Clip;
  switch (op.options.activation) {
    case Activation::relu: kind = Op::Relu; break;
    case Activation::relu6:
      inputs.push_back(add_scalar(info.name + "/low", 0));
      inputs.push_back(add_scalar(info.name + "/high", 6));
      break;
    case Activation::relu_n1_to_1:
      inputs.push_back(add_scalar(info.name + "/low", -1));
      inputs.push_back(add_scalar(info.name + "/high", 1));
      break;
    case Activation::tanh:
      if (info.quantization) return unsupported("a fused TANH in integers");
      kind = Op::Tanh;
      break;
    default: return unsupported(fmt::format("the fused activation {}", name_of(op.options.activation)));
  }
  define(op.output(), add(kind, info.name, std::move(inputs), {}, info.quantization, info.dtype));
  return {};
}

}  // namespace diolkos::tflite
