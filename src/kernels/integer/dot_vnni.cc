#include "kernels/integer/dot_impl.h"

namespace diolkos::kernels::integer {
namespace {

struct Register512 {
  using Register = __m512i;
  static constexpr int kLanes = 16;
  static Register load(const void* from) { return _mm512_loadu_si512(from); }
  static void store(void* to, Register value) { _mm512_storeu_si512(to, value); }
  static Register splat(std::int32_t value) { return _mm512_set1_epi32(value); }
};

struct Quads : Register512 {
  static void multiply_add(Register& sum, Register inputs, Register weights) {
    sum = _mm512_dpbusd_epi32(sum, inputs, weights);
  }
};

struct Pairs : Register512 {
  static void multiply_add(Register& sum, Register inputs, Register weights) {
    sum = _mm512_dpwssd_epi32(sum, inputs, weights);
  }
};

}  // namespace

DotKernel dot4_vnni() { return make_dot<Quads, 2, 14>(4); }
DotKernel dot2_vnni() { return make_dot<Pairs, 2, 14>(2); }

}  // namespace diolkos::kernels::integer
