#include "kernels/integer/winograd_transforms_impl.h"

namespace diolkos::kernels::integer {

const WinogradTransforms& winograd_transforms_avx2(int tile) { return transforms_of(tile); }

}  // namespace diolkos::kernels::integer
