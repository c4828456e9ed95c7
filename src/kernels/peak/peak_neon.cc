#include "kernels/peak/peak_impl.h"

namespace diolkos::kernels::peak {

std::int64_t loop_neon(std::int64_t iterations, const float* seed, float* out) {
  return run_loop<6>(iterations, seed, out);
}

}  // namespace diolkos::kernels::peak
