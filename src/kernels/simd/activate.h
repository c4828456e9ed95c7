// Activations of sixteen floats at once; the formulas are in kernels/activation.h.
#pragma once

#include "kernels/activation.h"
#include "kernels/simd/block16.h"
#include "kernels/simd/error_function.h"
#include "kernels/simd/exponential.h"

namespace diolkos::kernels {
namespace {

inline Block16 clip(Block16 x, float low, float high) { return at_most(splat(high), at_least(splat(low), x)); }

// Those that take a power of e or more: apart, so that the others stay where they are used.
[[gnu::noinline]] Block16 activate_by_exponential(const Activation& activation, Block16 x) {
  switch (activation.kind) {
    case Activation::Kind::sigmoid: return splat(1) / (splat(1) + exponential(splat(0) - x));
    case Activation::Kind::swish: return x / (splat(1) + exponential(splat(-activation.a) * x));
    case Activation::Kind::gelu: {  // of what the normal distribution leaves beyond |x|
      const Block16 rest = x * splat(0.5f) * complement_of_erf(magnitude(x) * splat(0.70710678f));
      return where_negative(x, rest, x - rest);
    }
    case Activation::Kind::gelu_tanh: {
      const Block16 cube = x * x * x;
      return x / (splat(1) + exponential(splat(-1.59576912f) * multiply_add(cube, splat(0.044715f), x)));
    }
    case Activation::Kind::erf: {
      const Block16 beyond = splat(1) - complement_of_erf(magnitude(x));
      return where_negative(x, splat(0) - beyond, beyond);
    }
    case Activation::Kind::tanh: return splat(1) - splat(2) / (splat(1) + exponential(x + x));
    default: return x;
  }
}

[[gnu::always_inline]] inline Block16 activate(const Activation& activation, Block16 x) {
  switch (activation.kind) {
    case Activation::Kind::linear: return x;
    case Activation::Kind::clip: return clip(x, activation.a, activation.b);
    case Activation::Kind::hardswish: return x * clip(multiply_add(x, splat(1.0f / 6), splat(0.5f)), 0, 1);
    case Activation::Kind::hardsigmoid: return clip(multiply_add(x, splat(activation.a), splat(activation.b)), 0, 1);
    case Activation::Kind::leakyrelu: return where_negative(x, x * splat(activation.a), x);
    default: return activate_by_exponential(activation, x);
  }
}

}  // namespace
}  // namespace diolkos::kernels
