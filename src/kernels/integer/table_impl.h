// Include from a file compiled for one instruction set, which defines table_kernels_NAME().
#pragma once

#include "kernels/integer/table.h"
#include "kernels/simd/intrinsics.h"

namespace diolkos::kernels::integer {
namespace {

#if defined(__AVX512F__)

constexpr std::int64_t kAtOnce = 32;

// 128 pairs of entries in four registers: a pair for each value's upper seven bits, then the byte for the lowest.
class Entries {
 public:
  explicit Entries(const std::uint8_t* table) {
    for (int i = 0; i < 4; ++i) pairs_[i] = _mm512_loadu_si512(table + 64 * i);
  }
  void look_up(const std::uint8_t* x, std::uint8_t* y) const {
    const __m512i value = _mm512_cvtepu8_epi16(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(x)));
    const __m512i pair = _mm512_srli_epi16(value, 1);
    const __m512i low = _mm512_permutex2var_epi16(pairs_[0], pair, pairs_[1]);
    const __m512i high = _mm512_permutex2var_epi16(pairs_[2], pair, pairs_[3]);
    const __mmask32 is_high = _mm512_test_epi16_mask(value, _mm512_set1_epi16(0x80));
    const __m512i right = _mm512_and_si512(_mm512_slli_epi16(value, 3), _mm512_set1_epi16(8));
    const __m512i found = _mm512_srlv_epi16(_mm512_mask_blend_epi16(is_high, low, high), right);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(y), _mm512_cvtepi16_epi8(found));
  }

 private:
  __m512i pairs_[4];
};

#elif defined(__AVX2__)

constexpr std::int64_t kAtOnce = 32;

// Sixteen entries at a time: what is not among the k-th sixteen is brought to 0x80 and more, which a shuffle answers
// with 0.
class Entries {
 public:
  explicit Entries(const std::uint8_t* table) : table_(table) {}
  void look_up(const std::uint8_t* x, std::uint8_t* y) const {
    __m256i below = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(x));
    __m256i found = _mm256_setzero_si256();
    for (int k = 0; k < 16; ++k) {
      const __m256i entries =
          _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(table_ + 16 * k)));
      const __m256i index = _mm256_adds_epu8(below, _mm256_set1_epi8(0x70));
      found = _mm256_or_si256(found, _mm256_shuffle_epi8(entries, index));
      below = _mm256_sub_epi8(below, _mm256_set1_epi8(16));
    }
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(y), found);
  }

 private:
  const std::uint8_t* table_;
};

#elif defined(DIOLKOS_NEON)

constexpr std::int64_t kAtOnce = 16;

// Sixty-four entries at a time: an index beyond them leaves what was found.
class Entries {
 public:
  explicit Entries(const std::uint8_t* table) {
    for (int k = 0; k < 4; ++k) entries_[k] = vld1q_u8_x4(table + 64 * k);
  }
  void look_up(const std::uint8_t* x, std::uint8_t* y) const {
    const uint8x16_t value = vld1q_u8(x);
    uint8x16_t found = vqtbl4q_u8(entries_[0], value);
    for (std::uint8_t k = 1; k < 4; ++k)
      found = vqtbx4q_u8(found, entries_[k], vsubq_u8(value, vdupq_n_u8(static_cast<std::uint8_t>(64 * k))));
    vst1q_u8(y, found);
  }

 private:
  uint8x16x4_t entries_[4];
};

#else

constexpr std::int64_t kAtOnce = 1;

class Entries {
 public:
  explicit Entries(const std::uint8_t* table) : table_(table) {}
  void look_up(const std::uint8_t* x, std::uint8_t* y) const { *y = table_[*x]; }

 private:
  const std::uint8_t* table_;
};

#endif

void bytes(const std::uint8_t* table, std::int64_t count, const std::uint8_t* x, std::uint8_t* y) {
  const Entries entries(table);
  std::int64_t i = 0;
  for (; i + kAtOnce <= count; i += kAtOnce) entries.look_up(x + i, y + i);
  for (; i < count; ++i) y[i] = table[x[i]];
}

}  // namespace
}  // namespace diolkos::kernels::integer
