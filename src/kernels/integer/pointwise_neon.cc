#include "kernels/integer/pointwise_impl.h"

namespace diolkos::kernels::integer {

PointwiseKernels pointwise_kernels_neon() { return {pointwise_u8, pointwise_s16}; }

}  // namespace diolkos::kernels::integer
