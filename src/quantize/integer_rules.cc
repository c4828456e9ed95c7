#include "quantize/integer_rules.h"

namespace diolkos::quantize {

using tflite::Builtin;

DType dtype_of(Precision precision) {
  return precision == Precision::int8 ? DType::int8 : precision == Precision::int16 ? DType::int16 : DType::float32;
}

bool has_kernel(Builtin builtin, Precision precision) {
  switch (builtin) {
    case Builtin::exp:
    case Builtin::log:
    case Builtin::sqrt:
    case Builtin::pow:
    case Builtin::div:
    case Builtin::floor:
    case Builtin::ceil:
    case Builtin::round:
    case Builtin::cast:
    case Builtin::reduce_prod: return precision == Precision::float32;
    case Builtin::hard_swish:
    case Builtin::elu:
    case Builtin::abs:
    case Builtin::neg:
    case Builtin::prelu:
    case Builtin::space_to_depth:
    case Builtin::depth_to_space:
    case Builtin::relu_n1_to_1:
    case Builtin::arg_max:
    case Builtin::arg_min: return precision != Precision::int16;
    default: return true;
  }
}

bool shares_scale(Builtin builtin) {
  switch (builtin) {
    case Builtin::average_pool_2d:
    case Builtin::concatenation:
    case Builtin::depth_to_space:
    case Builtin::expand_dims:
    case Builtin::max_pool_2d:
    case Builtin::maximum:
    case Builtin::minimum:
    case Builtin::mirror_pad:
    case Builtin::pad:
    case Builtin::padv2:
    case Builtin::reduce_max:
    case Builtin::reduce_min:
    case Builtin::reshape:
    case Builtin::resize_bilinear:
    case Builtin::resize_nearest_neighbor:
    case Builtin::slice:
    case Builtin::space_to_depth:
    case Builtin::split:
    case Builtin::split_v:
    case Builtin::squeeze:
    case Builtin::strided_slice:
    case Builtin::transpose: return true;
    default: return false;
  }
}

std::optional<tflite::Quantization> fixed_output(Builtin builtin, Precision precision) {
  if (precision == Precision::float32) return std::nullopt;
  const bool wide = precision == Precision::int16;
  switch (builtin) {
    case Builtin::logistic:
    case Builtin::softmax:
      return wide ? tflite::Quantization{{1.0f / 32768}, {0}} : tflite::Quantization{{1.0f / 256}, {-128}};
    case Builtin::tanh:
      return wide ? tflite::Quantization{{1.0f / 32768}, {0}} : tflite::Quantization{{1.0f / 128}, {0}};
    default: return std::nullopt;
  }
}

bool has_weights(Builtin builtin) {
  return builtin == Builtin::conv_2d || builtin == Builtin::depthwise_conv_2d || builtin == Builtin::transpose_conv ||
         builtin == Builtin::fully_connected;
}

WeightLayout weight_layout(Builtin builtin) {
  if (builtin == Builtin::transpose_conv) return {2, 1, 3, 0};
  return {0, 1, 2, builtin == Builtin::depthwise_conv_2d ? 3 : 0};
}

}  // namespace diolkos::quantize
