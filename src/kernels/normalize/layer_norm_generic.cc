#include "kernels/normalize/layer_norm_impl.h"

namespace diolkos::kernels::normalize {

Kernels kernels_generic() { return {layer_norm}; }

}  // namespace diolkos::kernels::normalize
