#include "kernels/pool/pool_impl.h"

namespace diolkos::kernels::pool {

Kernels kernels_neon() { return {pool_row, mean_of_plane}; }

}  // namespace diolkos::kernels::pool
