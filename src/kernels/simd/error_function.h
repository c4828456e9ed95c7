// 1 - erf of sixteen floats of at least 0, within 2e-7: Abramowitz and Stegun, 7.1.26,
//
//   erfc(x) = t (a1 + t (a2 + t (a3 + t (a4 + t a5)))) exp(-x^2),   t = 1 / (1 + 0.3275911 x)
#pragma once

#include "kernels/simd/exponential.h"

namespace diolkos::kernels {
namespace {

inline Block16 magnitude(Block16 x) { return where_negative(x, splat(0) - x, x); }

inline Block16 complement_of_erf(Block16 x) {
  const Block16 t = splat(1) / multiply_add(x, splat(0.3275911f), splat(1));
  Block16 sum = splat(1.061405429f);
  constexpr float kCoefficients[] = {-1.453152027f, 1.421413741f, -0.284496736f, 0.254829592f};
  for (const float coefficient : kCoefficients) sum = multiply_add(sum, t, splat(coefficient));
  return sum * t * exponential(splat(0) - x * x);
}

}  // namespace
}  // namespace diolkos::kernels
