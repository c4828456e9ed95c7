// Sixteen 16-bit floats, widened to a block of float32.
#pragma once

#include "kernels/simd/block16.h"

namespace diolkos::kernels {
namespace {

struct Bfloat16 {
  std::uint16_t bits;
};
struct Float16 {
  std::uint16_t bits;
};

#if defined(__AVX512F__)

inline Block16 load(const Bfloat16* p) {
  const __m512i wide = _mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)));
  return {_mm512_castsi512_ps(_mm512_slli_epi32(wide, 16))};
}
inline Block16 load(const Float16* p) {
  return {_mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)))};
}

#elif defined(__AVX2__)

inline __m256 widen(const Bfloat16* p) {
  const __m256i wide = _mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
  return _mm256_castsi256_ps(_mm256_slli_epi32(wide, 16));
}
inline __m256 widen(const Float16* p) { return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))); }
inline Block16 load(const Bfloat16* p) { return {widen(p), widen(p + 8)}; }
inline Block16 load(const Float16* p) { return {widen(p), widen(p + 8)}; }

#elif defined(DIOLKOS_NEON)

inline Block16 load(const Bfloat16* p) {
  return each([p](int i) -> Quarter {
    return vreinterpretq_f32_u32(vshll_n_u16(vld1_u16(&p[4 * i].bits), 16));
  });
}
inline Block16 load(const Float16* p) {
  return each([p](int i) -> Quarter { return vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(&p[4 * i].bits))); });
}

#else

inline float widen(Bfloat16 x) {
  const std::uint32_t bits = static_cast<std::uint32_t>(x.bits) << 16;
  float value;
  __builtin_memcpy(&value, &bits, sizeof(value));
  return value;
}
// Shifted into place the exponent is 112 too small; multiplying by 2^112 mends it, subnormals included.
inline float widen(Float16 x) {
  const std::uint32_t magnitude = static_cast<std::uint32_t>(x.bits & 0x7fffu) << 13;
  float value;
  __builtin_memcpy(&value, &magnitude, sizeof(value));
  value *= 0x1p112f;
  std::uint32_t bits;
  __builtin_memcpy(&bits, &value, sizeof(bits));
  if ((x.bits & 0x7c00u) == 0x7c00u) bits = 0x7f800000u | magnitude;  // infinity and NaN
  bits |= static_cast<std::uint32_t>(x.bits & 0x8000u) << 16;
  __builtin_memcpy(&value, &bits, sizeof(value));
  return value;
}
template <class Number>
inline Block16 load_scalars(const Number* p) {
  float wide[16];
  for (int i = 0; i < 16; ++i) wide[i] = widen(p[i]);
  return load(wide);
}
inline Block16 load(const Bfloat16* p) { return load_scalars(p); }
inline Block16 load(const Float16* p) { return load_scalars(p); }

#endif

}  // namespace
}  // namespace diolkos::kernels
