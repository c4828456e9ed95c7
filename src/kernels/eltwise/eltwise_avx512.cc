#include "kernels/eltwise/eltwise_impl.h"

namespace diolkos::kernels::eltwise {

Kernels kernels_avx512() { return {unary, binary}; }

}  // namespace diolkos::kernels::eltwise
