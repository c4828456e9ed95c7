#include "kernels/integer/dot_impl.h"
#include "kernels/integer/register256.h"

namespace diolkos::kernels::integer {
namespace {

struct Pairs : Register256 {
  // In one: GCC moves all products of a step in front of their additions, and the sums to the stack.
  static void multiply_add(Register& sum, Register inputs, Register weights) {
    Register products;
    __asm__("vpmaddwd %3, %2, %1\n\tvpaddd %1, %0, %0" : "+x"(sum), "=&x"(products) : "x"(inputs), "x"(weights));
  }
};

}  // namespace

DotKernel dot2_avx2() { return make_dot<Pairs, 2, 6>(2); }

}  // namespace diolkos::kernels::integer
