#include "kernels/integer/dot_impl.h"
#include "kernels/integer/register256.h"

namespace diolkos::kernels::integer {
namespace {

struct Quads : Register256 {
  static void multiply_add(Register& sum, Register inputs, Register weights) {
    sum = _mm256_dpbusd_avx_epi32(sum, inputs, weights);
  }
};

struct Pairs : Register256 {
  static void multiply_add(Register& sum, Register inputs, Register weights) {
    sum = _mm256_dpwssd_avx_epi32(sum, inputs, weights);
  }
};

}  // namespace

DotKernel dot4_avxvnni() { return make_dot<Quads, 2, 6>(4); }
DotKernel dot2_avxvnni() { return make_dot<Pairs, 2, 6>(2); }

}  // namespace diolkos::kernels::integer
