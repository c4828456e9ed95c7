// Eight 32-bit lanes, for dot_impl.h.
#pragma once

#include <immintrin.h>

#include <cstdint>

namespace diolkos::kernels::integer {
namespace {

struct Register256 {
  using Register = __m256i;
  static constexpr int kLanes = 8;
  static Register load(const void* from) { return _mm256_loadu_si256(static_cast<const __m256i*>(from)); }
  static void store(void* to, Register value) { _mm256_storeu_si256(static_cast<__m256i*>(to), value); }
  static Register splat(std::int32_t value) { return _mm256_set1_epi32(value); }
};

}  // namespace
}  // namespace diolkos::kernels::integer
