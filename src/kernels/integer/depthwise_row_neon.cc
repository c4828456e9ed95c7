#include "kernels/integer/depthwise_row_impl.h"

namespace diolkos::kernels::integer {

DepthwiseKernel depthwise_kernel_neon() { return depthwise; }

}  // namespace diolkos::kernels::integer
