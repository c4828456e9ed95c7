#include "kernels/integer/winograd_transforms_impl.h"

namespace diolkos::kernels::integer {

const WinogradTransforms& winograd_transforms_generic(int height, int width) {
  return transforms_of(height, width);
}

}  // namespace diolkos::kernels::integer
