#include "kernels/integer/window_impl.h"

namespace diolkos::kernels::integer {

const WindowKernels& window_kernels_neon() { return kWindowKernels; }

}  // namespace diolkos::kernels::integer
