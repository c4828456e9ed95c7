#include "kernels/integer/store_impl.h"

namespace diolkos::kernels::integer {

const StoreKernels& store_kernels_neon() { return kStoreKernels; }

}  // namespace diolkos::kernels::integer
