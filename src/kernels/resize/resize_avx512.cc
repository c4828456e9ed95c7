#include "kernels/resize/resize_impl.h"

namespace diolkos::kernels::resize {

Kernels kernels_avx512() { return {blocked_row, blocked_row_onto, across, blend, weighted_sum}; }

}  // namespace diolkos::kernels::resize
