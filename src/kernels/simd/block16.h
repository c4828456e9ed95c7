// Sixteen floats: the block of channels that every kernel works on, in the registers of the instruction set that the
// including file is compiled for. Everything is internal to that file, so that no function compiled for a newer
// instruction set can be linked into another (docs/adr/0005-blocked-channels.md).
#pragma once

#include <cstdint>

#include "kernels/simd/intrinsics.h"

namespace diolkos::kernels {
namespace {

#if defined(__AVX512F__)

struct Block16 {
  __m512 v;
};
inline Block16 load(const float* p) { return {_mm512_loadu_ps(p)}; }
inline void store(float* p, Block16 a) { _mm512_storeu_ps(p, a.v); }
inline Block16 splat(float x) { return {_mm512_set1_ps(x)}; }
inline Block16 gather(const float* p, const std::int32_t* indices) {
  return {_mm512_i32gather_ps(_mm512_loadu_si512(indices), p, 4)};
}
inline Block16 operator+(Block16 a, Block16 b) { return {_mm512_add_ps(a.v, b.v)}; }
inline Block16 operator-(Block16 a, Block16 b) { return {_mm512_sub_ps(a.v, b.v)}; }
inline Block16 operator*(Block16 a, Block16 b) { return {_mm512_mul_ps(a.v, b.v)}; }
inline Block16 operator/(Block16 a, Block16 b) { return {_mm512_div_ps(a.v, b.v)}; }
inline Block16 multiply_add(Block16 a, Block16 b, Block16 c) { return {_mm512_fmadd_ps(a.v, b.v, c.v)}; }
// sum += a * b where it stands: left to itself, GCC 12 renames accumulators until some live on the stack.
inline void accumulate(Block16& sum, Block16 a, Block16 b) {
  __asm__("vfmadd231ps %2, %1, %0" : "+v"(sum.v) : "v"(a.v), "v"(b.v));
}
// sum += x * b, where x is used but once: it is spread over the lanes by the instruction that multiplies.
inline void accumulate_splat(Block16& sum, const float& x, Block16 b) {
  __asm__("vfmadd231ps %2%{1to16%}, %1, %0" : "+v"(sum.v) : "v"(b.v), "m"(x));
}
// Where x is a NaN the answer is: x is the second operand.
inline Block16 at_least(Block16 bound, Block16 x) { return {_mm512_max_ps(bound.v, x.v)}; }
inline Block16 at_most(Block16 bound, Block16 x) { return {_mm512_min_ps(bound.v, x.v)}; }
inline Block16 where_negative(Block16 sign, Block16 then, Block16 otherwise) {
  return {_mm512_mask_blend_ps(_mm512_cmp_ps_mask(sign.v, _mm512_setzero_ps(), _CMP_LT_OQ), otherwise.v, then.v)};
}

inline float sum_of(Block16 a) { return _mm512_reduce_add_ps(a.v); }
inline float largest_of(Block16 a) { return _mm512_reduce_max_ps(a.v); }

#elif defined(__AVX2__)

struct Block16 {
  __m256 lo;
  __m256 hi;
};
inline Block16 load(const float* p) { return {_mm256_loadu_ps(p), _mm256_loadu_ps(p + 8)}; }
inline void store(float* p, Block16 a) {
  _mm256_storeu_ps(p, a.lo);
  _mm256_storeu_ps(p + 8, a.hi);
}
inline Block16 splat(float x) { return {_mm256_set1_ps(x), _mm256_set1_ps(x)}; }
inline Block16 gather(const float* p, const std::int32_t* indices) {
  const auto eight = [&](int at) {
    return _mm256_i32gather_ps(p, _mm256_loadu_si256(reinterpret_cast<const __m256i*>(indices + at)), 4);
  };
  return {eight(0), eight(8)};
}
inline Block16 operator+(Block16 a, Block16 b) { return {_mm256_add_ps(a.lo, b.lo), _mm256_add_ps(a.hi, b.hi)}; }
inline Block16 operator-(Block16 a, Block16 b) { return {_mm256_sub_ps(a.lo, b.lo), _mm256_sub_ps(a.hi, b.hi)}; }
inline Block16 operator*(Block16 a, Block16 b) { return {_mm256_mul_ps(a.lo, b.lo), _mm256_mul_ps(a.hi, b.hi)}; }
inline Block16 operator/(Block16 a, Block16 b) { return {_mm256_div_ps(a.lo, b.lo), _mm256_div_ps(a.hi, b.hi)}; }
inline Block16 multiply_add(Block16 a, Block16 b, Block16 c) {
  return {_mm256_fmadd_ps(a.lo, b.lo, c.lo), _mm256_fmadd_ps(a.hi, b.hi, c.hi)};
}
inline void accumulate(Block16& sum, Block16 a, Block16 b) {
  __asm__("vfmadd231ps %2, %1, %0" : "+x"(sum.lo) : "x"(a.lo), "x"(b.lo));
  __asm__("vfmadd231ps %2, %1, %0" : "+x"(sum.hi) : "x"(a.hi), "x"(b.hi));
}
inline void accumulate_splat(Block16& sum, const float& x, Block16 b) { accumulate(sum, splat(x), b); }
inline Block16 at_least(Block16 bound, Block16 x) {
  return {_mm256_max_ps(bound.lo, x.lo), _mm256_max_ps(bound.hi, x.hi)};
}
inline Block16 at_most(Block16 bound, Block16 x) {
  return {_mm256_min_ps(bound.lo, x.lo), _mm256_min_ps(bound.hi, x.hi)};
}
inline Block16 where_negative(Block16 sign, Block16 then, Block16 otherwise) {
  const __m256 zero = _mm256_setzero_ps();
  return {_mm256_blendv_ps(otherwise.lo, then.lo, _mm256_cmp_ps(sign.lo, zero, _CMP_LT_OQ)),
          _mm256_blendv_ps(otherwise.hi, then.hi, _mm256_cmp_ps(sign.hi, zero, _CMP_LT_OQ))};
}
inline float sum_of(Block16 a) {
  const __m256 eight = _mm256_add_ps(a.lo, a.hi);
  const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
}
inline float largest_of(Block16 a) {
  const __m256 eight = _mm256_max_ps(a.lo, a.hi);
  const __m128 four = _mm_max_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  const __m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_max_ss(two, _mm_shuffle_ps(two, two, 1)));
}

#else

// Four quarters of the compiler's own vectors: SSE on x86-64, NEON on Arm, where a file for NEON (rooms.cmake) says
// what the compiler must not make of plain operators: fused multiply-adds, and minima that keep a NaN.
typedef float Quarter __attribute__((vector_size(16)));
struct Block16 {
  Quarter q[4];
};
template <class F>
inline Block16 each(F f) {
  return {{f(0), f(1), f(2), f(3)}};
}
inline Block16 load(const float* p) {
  return each([p](int i) {
    Quarter q;
    __builtin_memcpy(&q, p + 4 * i, sizeof(q));
    return q;
  });
}
inline void store(float* p, Block16 a) {
  for (int i = 0; i < 4; ++i) __builtin_memcpy(p + 4 * i, &a.q[i], sizeof(Quarter));  // at once it goes over the stack
}
inline Block16 splat(float x) {
  const Quarter q = {x, x, x, x};
  return {{q, q, q, q}};
}
inline Block16 gather(const float* p, const std::int32_t* indices) {
  return each([&](int i) {
    const std::int32_t* const at = indices + 4 * i;
    return Quarter{p[at[0]], p[at[1]], p[at[2]], p[at[3]]};
  });
}
inline Block16 operator+(Block16 a, Block16 b) {
  return each([&](int i) { return a.q[i] + b.q[i]; });
}
inline Block16 operator-(Block16 a, Block16 b) {
  return each([&](int i) { return a.q[i] - b.q[i]; });
}
inline Block16 operator*(Block16 a, Block16 b) {
  return each([&](int i) { return a.q[i] * b.q[i]; });
}
inline Block16 operator/(Block16 a, Block16 b) {
  return each([&](int i) { return a.q[i] / b.q[i]; });
}
#if defined(DIOLKOS_NEON)
inline Block16 multiply_add(Block16 a, Block16 b, Block16 c) {
  return each([&](int i) -> Quarter { return vfmaq_f32(c.q[i], a.q[i], b.q[i]); });
}
inline Block16 at_least(Block16 bound, Block16 x) {
  return each([&](int i) -> Quarter { return vmaxq_f32(bound.q[i], x.q[i]); });
}
inline Block16 at_most(Block16 bound, Block16 x) {
  return each([&](int i) -> Quarter { return vminq_f32(bound.q[i], x.q[i]); });
}
#else
inline Block16 multiply_add(Block16 a, Block16 b, Block16 c) {
  return each([&](int i) { return a.q[i] * b.q[i] + c.q[i]; });
}
inline Block16 at_least(Block16 bound, Block16 x) {
  return each([&](int i) { return bound.q[i] > x.q[i] ? bound.q[i] : x.q[i]; });
}
inline Block16 at_most(Block16 bound, Block16 x) {
  return each([&](int i) { return bound.q[i] < x.q[i] ? bound.q[i] : x.q[i]; });
}
#endif
inline void accumulate(Block16& sum, Block16 a, Block16 b) { sum = multiply_add(a, b, sum); }
inline void accumulate_splat(Block16& sum, const float& x, Block16 b) { accumulate(sum, splat(x), b); }
inline Block16 where_negative(Block16 sign, Block16 then, Block16 otherwise) {
  return each([&](int i) { return sign.q[i] < Quarter{} ? then.q[i] : otherwise.q[i]; });
}
inline float sum_of(Block16 a) {
  const Quarter four = (a.q[0] + a.q[1]) + (a.q[2] + a.q[3]);
  return (four[0] + four[1]) + (four[2] + four[3]);
}
inline float largest_of(Block16 a) {
  float largest = a.q[0][0];
  for (int i = 1; i < 16; ++i) largest = a.q[i / 4][i % 4] > largest ? a.q[i / 4][i % 4] : largest;
  return largest;
}

#endif

}  // namespace
}  // namespace diolkos::kernels
