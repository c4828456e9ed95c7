#include "kernels/conv2d/depthwise_row_impl.h"

namespace diolkos::kernels::conv2d {

void depthwise_row_avx512(const DepthwiseRow& row) { depthwise_row_by_window<8>(row); }

}  // namespace diolkos::kernels::conv2d
