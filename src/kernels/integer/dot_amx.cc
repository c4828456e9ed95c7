#include "kernels/amx/hardware.h"
#include "kernels/integer/tiles_impl.h"

namespace diolkos::kernels::integer {

DotKernel dot4_amx() { return make_tiles<amx::Hardware>(); }

}  // namespace diolkos::kernels::integer
