#include "kernels/winograd/transform_impl.h"

namespace diolkos::kernels::winograd {

Kernels kernels_neon(int m) { return choose(m); }

}  // namespace diolkos::kernels::winograd
