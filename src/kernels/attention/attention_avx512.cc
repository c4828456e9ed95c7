#include "kernels/attention/attention_impl.h"

namespace diolkos::kernels::attention {

Kernels kernels_avx512() { return {weigh, divide}; }

}  // namespace diolkos::kernels::attention
