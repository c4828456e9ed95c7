// How TFLite's operators behave in integers: facts of its quantization specification.
#pragma once

#include <optional>

#include "formats/tflite/model.h"

namespace diolkos::quantize {

enum class Precision { float32, int8, int16 };

DType dtype_of(Precision precision);

// There is a kernel with activations of this precision.
bool has_kernel(tflite::Builtin builtin, Precision precision);
// Input and output values keep their integers: all tensors of the operator share scale and zero point.
bool shares_scale(tflite::Builtin builtin);
// The scale and zero point that the kernel's output has whatever the data: LOGISTIC, SOFTMAX, TANH.
std::optional<tflite::Quantization> fixed_output(tflite::Builtin builtin, Precision precision);
// CONV_2D, DEPTHWISE_CONV_2D, TRANSPOSE_CONV, FULLY_CONNECTED.
bool has_weights(tflite::Builtin builtin);

struct WeightLayout {
  std::size_t input = 0;   // indices of the operator's inputs
  std::size_t weight = 1;
  std::size_t bias = 2;
  int channel_axis = 0;    // of the weight: the output channels
};
WeightLayout weight_layout(tflite::Builtin builtin);

}  // namespace diolkos::quantize
