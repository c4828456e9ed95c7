#include "kernels/integer/window_impl.h"

namespace diolkos::kernels::integer {

const WindowKernels& window_kernels_avx512() { return kWindowKernels; }

}  // namespace diolkos::kernels::integer
