// Rounding to whole numbers in float32, a register at a time, for a file compiled for one instruction set.
#pragma once

#include "kernels/integer/lanes.h"

namespace diolkos::kernels::integer {
namespace {

constexpr float kMagic = 12582912.0f;  // 1.5 * 2^23: whole numbers added to it lie in its last bits

// Of `magnitude`, not negative, with the sign of `of`.
DIOLKOS_LANES RegisterFloats with_sign(RegisterFloats magnitude, RegisterInts of) {
#if defined(__AVX512F__)
  constexpr int kSignOfSecond = 0xEA;  // (a & b) | c, b the mask of the sign
  return reinterpret_cast<Floats>(_mm512_ternarylogic_epi32(reinterpret_cast<__m512i>(of), _mm512_set1_epi32(INT32_MIN),
                                                            reinterpret_cast<__m512i>(magnitude), kSignOfSecond));
#else
  return reinterpret_cast<RegisterFloats>(reinterpret_cast<RegisterInts>(magnitude) | (of & INT32_MIN));
#endif
}

// The nearest whole number; a `fraction` beyond a bound near 0.5 may have been on the other side of the half. What is
// beyond 100,000 may come out as any number beyond it, with no fraction.
DIOLKOS_LANES RegisterFloats whole_lanes(RegisterFloats x, RegisterFloats& fraction) {
#if defined(__AVX512F__)
  const auto whole = reinterpret_cast<Floats>(
      _mm512_roundscale_ps(reinterpret_cast<__m512>(x), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
#elif defined(__AVX2__)
  const auto whole =
      reinterpret_cast<RegisterFloats>(_mm256_round_ps(raw(x), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
#elif defined(DIOLKOS_NEON)
  const FloatQuarters part = quarters(x);
  const Floats whole = floats([&](int i) { return vrndnq_f32(part.q[i]); });
#else
  x = x < -100000.0f ? Floats{} - 100000.0f : x;
  x = x > 100000.0f ? Floats{} + 100000.0f : x;
  const Floats whole = (x + kMagic) - kMagic;
#endif
  fraction = x - whole;
  return whole;
}

DIOLKOS_LANES RegisterFloats clamp_lanes(RegisterFloats x, RegisterFloats low, RegisterFloats high) {
#if defined(__AVX512F__)
  const __m512 raised = _mm512_max_ps(reinterpret_cast<__m512>(x), reinterpret_cast<__m512>(low));
  return reinterpret_cast<Floats>(_mm512_min_ps(raised, reinterpret_cast<__m512>(high)));
#elif defined(__AVX2__)
  return reinterpret_cast<RegisterFloats>(_mm256_min_ps(_mm256_max_ps(raw(x), raw(low)), raw(high)));
#elif defined(DIOLKOS_NEON)
  const FloatQuarters part = quarters(x), least = quarters(low), most = quarters(high);
  return floats([&](int i) { return vminq_f32(vmaxq_f32(part.q[i], least.q[i]), most.q[i]); });
#else
  x = x < low ? low : x;
  return x > high ? high : x;
#endif
}

// The larger magnitude. (By integers, as which magnitudes have the same order: Zen 4 does all else here by its adders.)
DIOLKOS_LANES RegisterFloats farther(RegisterFloats a, RegisterFloats b) {
  const RegisterInts x = reinterpret_cast<RegisterInts>(a) & INT32_MAX,
                     y = reinterpret_cast<RegisterInts>(b) & INT32_MAX;
  return reinterpret_cast<RegisterFloats>(larger(x, y));
}

// Of magnitudes.
DIOLKOS_LANES bool any_beyond(RegisterFloats x, float bound) {
#if defined(__AVX512F__)
  return _mm512_cmp_ps_mask(reinterpret_cast<__m512>(x), _mm512_set1_ps(bound), _CMP_GT_OQ) != 0;
#elif defined(__AVX2__)
  return _mm256_movemask_ps(_mm256_cmp_ps(raw(x), _mm256_set1_ps(bound), _CMP_GT_OQ)) != 0;
#elif defined(DIOLKOS_NEON)
  const FloatQuarters part = quarters(x);
  return vmaxvq_f32(vmaxq_f32(vmaxq_f32(part.q[0], part.q[1]), vmaxq_f32(part.q[2], part.q[3]))) > bound;
#else
  const Ints beyond = x > bound;
  Longs halves;
  std::memset(&halves, 0, sizeof(halves));
  std::memcpy(&halves, &beyond, sizeof(beyond));
  return (halves[0] | halves[1] | halves[2] | halves[3] | halves[4] | halves[5] | halves[6] | halves[7]) != 0;
#endif
}

// How whole numbers become bytes: added to `from` they lie in its last bits, where they are clamped.
struct ToBytes {
  RegisterFloats from;
  RegisterInts low, high;
};

// Of whole numbers less `zero`; bounds with it.
DIOLKOS_LANES ToBytes to_bytes(std::int32_t zero, std::int32_t low, std::int32_t high) {
  constexpr std::int32_t kBits = 0x4B400000;  // kMagic's
  return {reinterpret_cast<RegisterFloats>(in_all_lanes(kBits + zero)), in_all_lanes(kBits + low),
          in_all_lanes(kBits + high)};
}
DIOLKOS_LANES void store_bytes(std::uint8_t* to, const ToBytes& by, RegisterFloats whole) {
  const RegisterInts bits = clamp_lanes(reinterpret_cast<RegisterInts>(by.from + whole), by.low, by.high);
#if defined(__AVX2__) && !defined(__AVX512F__)
  const __m256i last = _mm256_and_si256(raw(bits), _mm256_set1_epi32(0xFF));
  const __m128i pairs = _mm_packus_epi32(_mm256_castsi256_si128(last), _mm256_extracti128_si256(last, 1));
  _mm_storel_epi64(reinterpret_cast<__m128i*>(to), _mm_packus_epi16(pairs, pairs));
#else
  store(to, bits);  // cut to their last bytes
#endif
}

}  // namespace
}  // namespace diolkos::kernels::integer
