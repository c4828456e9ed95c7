#include "kernels/activation.h"

#include <cmath>

namespace diolkos::kernels {
namespace {

float clip(float x, float low, float high) {
  const float raised = x < low ? low : x;
  return raised > high ? high : raised;
}

}  // namespace

float apply(const Activation& activation, float x) {
  switch (activation.kind) {
    case Activation::Kind::linear: return x;
    case Activation::Kind::clip: return clip(x, activation.a, activation.b);
    case Activation::Kind::hardswish: return x * clip(x * (1.0f / 6) + 0.5f, 0, 1);
    case Activation::Kind::hardsigmoid: return clip(activation.a * x + activation.b, 0, 1);
    case Activation::Kind::leakyrelu: return x < 0 ? activation.a * x : x;
    case Activation::Kind::sigmoid: return 1 / (1 + std::exp(-x));
    case Activation::Kind::swish: return x / (1 + std::exp(-activation.a * x));
    case Activation::Kind::gelu: return 0.5f * x * std::erfc(-0.70710678f * x);
    case Activation::Kind::gelu_tanh: return x / (1 + std::exp(-1.59576912f * (x + 0.044715f * x * x * x)));
    case Activation::Kind::erf: return std::erf(x);
    case Activation::Kind::tanh: return std::tanh(x);
  }
  return x;
}

}  // namespace diolkos::kernels
