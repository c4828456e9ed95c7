#include "kernels/amx/hardware.h"
#include "kernels/tile/dot_amx_impl.h"
#include "kernels/tile/tile_families.h"

namespace diolkos::kernels::tile {
namespace {

__m256i narrowed(__m512 x) { return reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(x)); }

void round16(const float* from, std::uint16_t* highs, std::uint16_t* rests) {
  const __m512 x = _mm512_loadu_ps(from);
  const __m256i high = narrowed(x);
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(highs), high);
  if (rests == nullptr) return;
  const __m512 wide = _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(high), 16));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(rests), narrowed(_mm512_sub_ps(x, wide)));
}

}  // namespace

const Dots& dots_amx(bool split) {
  static const Dots whole = make_dots<amx::Hardware, false, round16>("amx");
  static const Dots halves = make_dots<amx::Hardware, true, round16>("amx");
  return split ? halves : whole;
}

}  // namespace diolkos::kernels::tile
