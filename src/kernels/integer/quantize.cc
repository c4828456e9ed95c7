#include "kernels/integer/quantize.h"

#include <algorithm>

namespace diolkos::kernels::integer {
namespace {

constexpr std::int64_t kElementsAtOnce = 1 << 14;

#define DIOLKOS_KERNELS(name) quantize_kernel_##name()
#include "kernels/kernels_of.inc"

}  // namespace

void run_quantize(const Quantize& by, std::int64_t count, const float* x, void* y, ThreadPool& pool) {
  const QuantizeKernel kernel = kernels_of(by.isa);
  const auto bytes = static_cast<std::int64_t>(size_of(by.dtype));
  pool.parallel_for((count + kElementsAtOnce - 1) / kElementsAtOnce, [&](std::int64_t part, int) {
    const std::int64_t first = part * kElementsAtOnce;
    kernel(by, std::min(kElementsAtOnce, count - first), x + first, static_cast<std::byte*>(y) + first * bytes);
  });
}

}  // namespace diolkos::kernels::integer
