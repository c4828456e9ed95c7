// exp of sixteen floats, within 2 units in the last place: exp(x) = 2^n exp(r), n the integer nearest x / ln 2,
// |r| <= ln 2 / 2, exp(r) by its Taylor polynomial of degree 7. x is held to [-87.3, 88.3], where float32 is normal.
#pragma once

#include "kernels/simd/block16.h"

namespace diolkos::kernels {
namespace {

// x * 2^n for integers n in [-126, 127] held as floats.
#if defined(__AVX512F__)
inline Block16 scale_by_power(Block16 x, Block16 n) { return {_mm512_scalef_ps(x.v, n.v)}; }
#elif defined(__AVX2__)
inline __m256 power_of_two(__m256 n) {
  return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127)), 23));
}
inline Block16 scale_by_power(Block16 x, Block16 n) { return x * Block16{power_of_two(n.lo), power_of_two(n.hi)}; }
#else
inline Block16 scale_by_power(Block16 x, Block16 n) {
  typedef std::int32_t Ints __attribute__((vector_size(16)));
  return x * each([&](int i) {
           const Ints power = (__builtin_convertvector(n.q[i], Ints) + 127) << 23;
           Quarter q;
           __builtin_memcpy(&q, &power, sizeof(q));
           return q;
         });
}
#endif

inline Block16 exponential(Block16 x) {
  constexpr float kRound = 12582912.0f;  // 1.5 * 2^23: adding it rounds to the nearest integer
  x = at_most(splat(88.3f), at_least(splat(-87.3f), x));
  const Block16 n = multiply_add(x, splat(1.44269504f), splat(kRound)) - splat(kRound);
  // ln 2 in two parts, the first with few bits, so that r is exact.
  Block16 r = multiply_add(n, splat(-0.693359375f), x);
  r = multiply_add(n, splat(2.12194440e-4f), r);
  Block16 sum = splat(1.0f / 5040);
  constexpr float kCoefficients[] = {1.0f / 720, 1.0f / 120, 1.0f / 24, 1.0f / 6, 0.5f, 1.0f, 1.0f};
  for (const float coefficient : kCoefficients)
    sum = multiply_add(sum, r, splat(coefficient));
  return scale_by_power(sum, n);
}

}  // namespace
}  // namespace diolkos::kernels
