#include "kernels/integer/depthwise_columns_impl.h"

namespace diolkos::kernels::integer {
namespace {

struct Pairs {
  using Register = __m256i;
  static constexpr int kLanes = 8, kRows = 2, kPixels = 2;

  static Register load(const void* from) { return _mm256_loadu_si256(static_cast<const __m256i*>(from)); }
  static void store(void* to, Register value) { _mm256_storeu_si256(static_cast<__m256i*>(to), value); }
  static Register line(const std::uint8_t* from) {
    return _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from)));
  }

  static Register lay(const std::uint8_t* const (&lines)[2], int channel, int) {
    return _mm256_or_si256(line(lines[0] + channel), _mm256_slli_epi32(line(lines[1] + channel), 16));
  }

  static void multiply_add(Register& sum, Register inputs, Register weights) {
    sum = _mm256_add_epi32(sum, _mm256_madd_epi16(inputs, weights));
  }
};

}  // namespace

DepthwiseColumns depthwise_columns_avx2() { return {Pairs::kRows, lay_columns<Pairs>, sum_columns<Pairs>}; }

}  // namespace diolkos::kernels::integer
