#include "kernels/scores/scores_impl.h"

namespace diolkos::kernels::scores {

Kernels kernels_neon() { return {softmax, softmax_row, arg}; }

}  // namespace diolkos::kernels::scores
