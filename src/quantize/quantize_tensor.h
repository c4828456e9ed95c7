// Numbers to integers: activations' parameters from a range, and constants.
#pragma once

#include <span>

#include "formats/tflite/model.h"
#include "quantize/integer_rules.h"

namespace diolkos::quantize {

// int8: scale (high - low) / 255 and the zero point that makes 0 exact. int16: zero point 0, scale max|x| / 32767.
tflite::Quantization activation_parameters(tflite::Range range, Precision precision);

// round(x / scale) + zero_point, half away from zero, saturated.
Result<Tensor> quantize_constant(const Tensor& values, const tflite::Quantization& parameters, Precision precision);

// Symmetric int8 in [-127, 127], one scale for each index of `axis`. `search`: the scale of the least squared error
// instead of max|w| / 127. `least` (or empty): scales not to go under, so that a bias fits in 32 bits.
struct QuantizedWeights {
  Tensor values;
  tflite::Quantization parameters;
};
Result<QuantizedWeights> quantize_weights(const Tensor& weights, int axis, bool search, std::span<const float> least);

// What the stored integers stand for, in float32.
Result<Tensor> dequantized(const QuantizedWeights& weights);

// round(b / (input_scale * weight_scale)), int32 or int64 (for int16 activations).
Result<QuantizedWeights> quantize_bias(std::span<const float> bias, float input_scale,
                                       const tflite::Quantization& weights, bool wide);

}  // namespace diolkos::quantize
