#include "kernels/conv2d/depthwise_row_impl.h"

namespace diolkos::kernels::conv2d {

void depthwise_row_avx2(const DepthwiseRow& row) { depthwise_row_by_window<4>(row); }

}  // namespace diolkos::kernels::conv2d
