#include "kernels/integer/quantize_impl.h"

namespace diolkos::kernels::integer {

QuantizeKernel quantize_kernel_generic() { return quantize; }

}  // namespace diolkos::kernels::integer
