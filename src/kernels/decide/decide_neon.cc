#include "kernels/decide/decide_impl.h"

namespace diolkos::kernels::decide {

Kernels kernels_neon() { return {largest, best_other, log_odds}; }

}  // namespace diolkos::kernels::decide
