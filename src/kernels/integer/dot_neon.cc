#include "kernels/integer/register128.h"

namespace diolkos::kernels::integer {
namespace {

struct Pairs : Register128 {
  static void multiply_add(Register& sum, Register inputs, Register weights) {
    const int16x8_t x = vreinterpretq_s16_s32(inputs);
    const int16x8_t w = vreinterpretq_s16_s32(weights);
    sum = vaddq_s32(sum, vpaddq_s32(vmull_s16(vget_low_s16(x), vget_low_s16(w)), vmull_high_s16(x, w)));
  }
};

}  // namespace

DotKernel dot2_neon() { return make_dot<Pairs, 4, 5>(2); }

}  // namespace diolkos::kernels::integer
