#include "kernels/conv2d/depthwise_row_impl.h"

namespace diolkos::kernels::conv2d {

void depthwise_row_neon(const DepthwiseRow& row) { depthwise_row<4>(row); }

}  // namespace diolkos::kernels::conv2d
