#include "kernels/amx/model.h"
#include "kernels/integer/tiles_impl.h"

namespace diolkos::kernels::integer {

DotKernel dot4_amx_model() { return make_tiles<amx::Model>(); }

}  // namespace diolkos::kernels::integer
