#include "kernels/integer/table_impl.h"

namespace diolkos::kernels::integer {

TableKernels table_kernels_avx2() { return {bytes}; }

}  // namespace diolkos::kernels::integer
