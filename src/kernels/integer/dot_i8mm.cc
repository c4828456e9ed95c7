#include "kernels/integer/register128.h"

namespace diolkos::kernels::integer {
namespace {

// USDOT: unsigned by signed bytes, as the tile is written down.
struct Quads : Register128 {
  static void multiply_add(Register& sum, Register inputs, Register weights) {
    sum = vusdotq_s32(sum, vreinterpretq_u8_s32(inputs), vreinterpretq_s8_s32(weights));
  }
};

}  // namespace

DotKernel dot4_i8mm() { return make_dot<Quads, 4, 6>(4); }

}  // namespace diolkos::kernels::integer
