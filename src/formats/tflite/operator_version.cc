#include "formats/tflite/operator_version.h"

#include <algorithm>

namespace diolkos::tflite {
namespace {

struct Types {
  DType input = DType::undefined;
  DType weight = DType::undefined;
  DType output = DType::undefined;
  bool per_channel = false;
  bool has_bias = false;

  bool hybrid() const { return input == DType::float32 && weight == DType::int8; }
};

Types types_of(const Model& model, const Operator& op) {
  Types types;
  const bool transposed = op.builtin == Builtin::transpose_conv;
  const auto dtype = [&](int tensor) { return tensor == kNoTensor ? DType::undefined : model.tensor(tensor).dtype; };
  types.input = dtype(op.input(transposed ? 2 : 0));
  types.weight = dtype(op.input(1));
  types.output = op.outputs.empty() ? DType::undefined : dtype(op.output());
  if (const int weight = op.input(1); weight != kNoTensor)
    if (const auto& quantization = model.tensor(weight).quantization)
      types.per_channel = quantization->scales.size() > 1;
  types.has_bias = op.input(transposed ? 3 : 2) != kNoTensor;
  return types;
}

int conv_version(const Model& model, const Operator& op, const Types& types) {
  const Shape& input = model.tensor(op.inputs[0]).shape;
  const Shape& filter = model.tensor(op.inputs[1]).shape;
  if (input.rank() == 4 && filter.rank() == 4 && input[3] != filter[3]) return 6;  // groups
  if (types.input == DType::int16) return 4;
  if (types.input == DType::int8) return 3;
  if (types.hybrid()) return types.per_channel ? 5 : 2;
  return 1;
}

int depthwise_version(const Operator& op, const Types& types) {
  if (types.input == DType::int16) return 5;
  if (types.hybrid()) return types.per_channel ? 6 : 4;
  if (types.input == DType::int8) return 3;
  return op.options.dilation_h != 1 || op.options.dilation_w != 1 ? 2 : 1;
}

int fully_connected_version(const Operator& op, const Types& types) {
  if (types.input == DType::int16) return types.has_bias ? 7 : 11;
  if (types.hybrid()) return types.per_channel ? 12 : 3;
  if (types.per_channel) return 12;
  if (!types.has_bias) return 6;
  if (op.options.keep_dims) return 5;
  return types.input == DType::int8 ? 4 : 1;
}

int transpose_conv_version(const Operator& op, const Types& types) {
  if (op.options.activation != Activation::none) return 4;
  if (types.has_bias) return 3;
  return types.input == DType::int8 ? 2 : 1;
}

int resize_version(const Operator& op, const Types& types) {
  const bool nearest = op.builtin == Builtin::resize_nearest_neighbor;
  if (types.input == DType::int16) return 4;
  if (op.options.half_pixel_centers || (nearest && op.options.align_corners)) return 3;
  return types.input == DType::int8 ? 2 : 1;
}

}  // namespace

int version_of(const Model& model, const Operator& op) {
  const Types types = types_of(model, op);
  const auto by_type = [&](int for_float, int for_int8, int for_int16) {
    return types.input == DType::int16 ? for_int16 : types.input == DType::int8 ? for_int8 : for_float;
  };
  switch (op.builtin) {
    case Builtin::conv_2d: return conv_version(model, op, types);
    case Builtin::depthwise_conv_2d: return depthwise_version(op, types);
    case Builtin::fully_connected: return fully_connected_version(op, types);
    case Builtin::transpose_conv: return transpose_conv_version(op, types);
    case Builtin::resize_bilinear:
    case Builtin::resize_nearest_neighbor: return resize_version(op, types);
    case Builtin::quantize:
      return types.output == DType::int16 || types.input == DType::int16 ? 3 : types.input == DType::float32 ? 1 : 2;
    case Builtin::dequantize: return types.input == DType::float16 ? 3 : by_type(1, 2, 3);
    case Builtin::add: return by_type(1, 2, op.options.pot_scale_int16 ? 2 : 3);
    case Builtin::sub: return by_type(1, 2, 5);
    case Builtin::mul:
    case Builtin::maximum:
    case Builtin::minimum:
    case Builtin::transpose:
    case Builtin::strided_slice:
    case Builtin::slice: return by_type(1, 2, 4);
    case Builtin::concatenation:
    case Builtin::max_pool_2d:
    case Builtin::average_pool_2d:
    case Builtin::softmax:
    case Builtin::logistic:
    case Builtin::tanh:
    case Builtin::pad:
    case Builtin::padv2:
    case Builtin::mean:
    case Builtin::reduce_max:
    case Builtin::reduce_min:
    case Builtin::relu:
    case Builtin::relu6: return by_type(1, 2, 3);
    case Builtin::sum:
    case Builtin::arg_max:
    case Builtin::arg_min:
    case Builtin::split:
    case Builtin::split_v:
    case Builtin::space_to_depth:
    case Builtin::depth_to_space: return by_type(1, 2, 2);
    case Builtin::leaky_relu: return by_type(1, 2, 2);
    default: return 1;
  }
}

}  // namespace diolkos::tflite
