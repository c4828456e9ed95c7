// The loop for one instruction set; see peak.h.
#pragma once

#include "kernels/peak/peak.h"
#include "kernels/simd/block16.h"

namespace diolkos::kernels::peak {
namespace {

// As many sums as hide the latency and still fit the registers.
template <int sums>
std::int64_t run_loop(std::int64_t iterations, const float* seed, float* out) {
  const Block16 a = load(seed);
  const Block16 b = load(seed + 16);
  Block16 sum[sums];
#pragma GCC unroll 24
  for (int i = 0; i < sums; ++i) sum[i] = splat(static_cast<float>(i));
  for (std::int64_t k = 0; k < iterations; ++k) {
#pragma GCC unroll 24
    for (int i = 0; i < sums; ++i) accumulate(sum[i], a, b);
  }
  Block16 total = sum[0];
#pragma GCC unroll 24
  for (int i = 1; i < sums; ++i) total = total + sum[i];
  store(out, total);
  return iterations * sums * 16;
}

}  // namespace
}  // namespace diolkos::kernels::peak
