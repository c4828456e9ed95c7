#include "kernels/integer/dot_impl.h"
#include "kernels/integer/register256.h"

namespace diolkos::kernels::integer {
namespace {

struct Pairs : Register256 {
  static void multiply_add(Register& sum, Register inputs, Register weights) {
    sum = _mm256_add_epi32(sum, _mm256_madd_epi16(inputs, weights));
  }
};

}  // namespace

DotKernel dot2_avx2() { return make_dot<Pairs, 2, 6>(2); }

}  // namespace diolkos::kernels::integer
