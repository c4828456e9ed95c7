#include "kernels/integer/depthwise_columns_impl.h"

namespace diolkos::kernels::integer {
namespace {

struct Quads {
  using Register = __m512i;
  static constexpr int kLanes = 16, kRows = 4, kPixels = 8;

  static Register load(const void* from) { return _mm512_loadu_si512(from); }
  static void store(void* to, Register value) { _mm512_storeu_si512(to, value); }
  static __m128i line(const std::uint8_t* from) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from)); }

  // A lane of each line becomes four channels of all lines, then each channel's bytes come together.
  static Register lay(const std::uint8_t* const (&lines)[4], int channel, int count) {
    if (count == 1) return _mm512_cvtepu8_epi32(line(lines[0] + channel));
    const __m512i by_four = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    const __m512i by_one = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
    __m512i all = _mm512_castsi128_si512(line(lines[0] + channel));
    all = _mm512_inserti32x4(all, line(lines[1] + channel), 1);
    all = _mm512_inserti32x4(all, line(lines[2] + channel), 2);
    all = _mm512_inserti32x4(all, line(lines[3] + channel), 3);
    return _mm512_shuffle_epi8(_mm512_permutexvar_epi32(by_four, all), by_one);
  }

  static void multiply_add(Register& sum, Register inputs, Register weights) {
    sum = _mm512_dpbusd_epi32(sum, inputs, weights);
  }
};

}  // namespace

DepthwiseColumns depthwise_columns_vnni() { return {Quads::kRows, lay_columns<Quads>, sum_columns<Quads>}; }

}  // namespace diolkos::kernels::integer
