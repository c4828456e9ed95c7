// What a kernel may apply to its result as it stores it.
#pragma once

#include <limits>

namespace diolkos::kernels {

//   linear      x
//   clip        min(max(x, a), b)                     relu: a = 0, b = infinity
//   hardswish   x * min(max(x / 6 + 1/2, 0), 1)
//   hardsigmoid min(max(a x + b, 0), 1)
//   leakyrelu   x < 0 ? a x : x
//   sigmoid     1 / (1 + exp(-x))
//   swish       x / (1 + exp(-a x))
//   gelu        x (1 + erf(x / sqrt 2)) / 2
//   gelu_tanh   x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2
//   erf, tanh
// A NaN stays one.
struct Activation {
  enum class Kind { linear, clip, hardswish, hardsigmoid, leakyrelu, sigmoid, swish, gelu, gelu_tanh, erf, tanh };
  Kind kind = Kind::linear;
  float a = 0;
  float b = 0;

  static Activation relu() { return {Kind::clip, 0, std::numeric_limits<float>::infinity()}; }
};

float apply(const Activation& activation, float x);  // the meaning, for references and tests

}  // namespace diolkos::kernels
