#include "kernels/integer/scores_impl.h"

namespace diolkos::kernels::integer {

ScoresKernels scores_kernels_generic() { return {softmax, arg8, arg16}; }

}  // namespace diolkos::kernels::integer
