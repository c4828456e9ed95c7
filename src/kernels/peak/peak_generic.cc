#include "kernels/peak/peak_impl.h"

namespace diolkos::kernels::peak {

std::int64_t loop_generic(std::int64_t iterations, const float* seed, float* out) {
  return run_loop<3>(iterations, seed, out);
}

}  // namespace diolkos::kernels::peak
