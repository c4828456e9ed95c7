#include "kernels/normalize/layer_norm_impl.h"

namespace diolkos::kernels::normalize {

Kernels kernels_avx2() { return {layer_norm}; }

}  // namespace diolkos::kernels::normalize
