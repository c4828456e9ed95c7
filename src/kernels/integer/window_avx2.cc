#include "kernels/integer/window_impl.h"

namespace diolkos::kernels::integer {

const WindowKernels& window_kernels_avx2() { return kWindowKernels; }

}  // namespace diolkos::kernels::integer
