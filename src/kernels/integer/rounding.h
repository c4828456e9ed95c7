// Rounding of small floats to integers in lanes, with the doubt that remains. Everything is internal to the including
// file, which is compiled for one instruction set.
#pragma once

#include <cstdint>
#include <cstring>

#if defined(__AVX2__) || defined(__AVX512F__)
#include <immintrin.h>
#endif

namespace diolkos::kernels::integer {
namespace {

constexpr float kDoubt = 0.4998f;          // a fraction beyond it may have been on the other side of the half
constexpr float kMagic = 12582912.0f;      // 1.5 * 2^23: adding it rounds to an integer
constexpr std::int32_t kMagicBits = 0x4B400000;

struct Rounded {
  std::int32_t value;
  float doubt;  // |fraction|
};

// What is beyond saturates whatever it is.
inline float limited(float x) {
  x = x < -100000.0f ? -100000.0f : x;
  return x > 100000.0f ? 100000.0f : x;
}

inline Rounded round_of(float x) {
  const float moved = x + kMagic;
  std::int32_t bits;
  std::memcpy(&bits, &moved, sizeof(bits));
  const float fraction = x - (moved - kMagic);
  return {bits - kMagicBits, fraction < 0 ? -fraction : fraction};
}

inline bool doubtful(const float (&doubts)[16]) {
#if defined(__AVX512F__)
  return _mm512_cmp_ps_mask(_mm512_loadu_ps(doubts), _mm512_set1_ps(kDoubt), _CMP_GT_OQ) != 0;
#elif defined(__AVX2__)
  const __m256 worst = _mm256_max_ps(_mm256_loadu_ps(doubts), _mm256_loadu_ps(doubts + 8));
  return _mm256_movemask_ps(_mm256_cmp_ps(worst, _mm256_set1_ps(kDoubt), _CMP_GT_OQ)) != 0;
#else
  bool any = false;
  for (const float doubt : doubts) any |= doubt > kDoubt;
  return any;
#endif
}

}  // namespace
}  // namespace diolkos::kernels::integer
