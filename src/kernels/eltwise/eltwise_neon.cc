#include "kernels/eltwise/eltwise_impl.h"

namespace diolkos::kernels::eltwise {

Kernels kernels_neon() { return {unary, binary}; }

}  // namespace diolkos::kernels::eltwise
