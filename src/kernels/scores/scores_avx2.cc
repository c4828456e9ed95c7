#include "kernels/scores/scores_impl.h"

namespace diolkos::kernels::scores {

Kernels kernels_avx2() { return {softmax, softmax_row, arg}; }

}  // namespace diolkos::kernels::scores
