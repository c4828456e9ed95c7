// SMLAL: four products of 16 bits. The two channels of a group are taken apart as the weights are loaded.
#include "kernels/integer/dot_lanes.h"

namespace diolkos::kernels::integer {
namespace {

struct Pairs {
  using Inputs = int16x8_t;
  static Inputs load(const std::byte* from) { return vld1q_s16(reinterpret_cast<const std::int16_t*>(from)); }
  static Inputs load_step(const std::byte* from) {
    std::int32_t group;
    __builtin_memcpy(&group, from, sizeof(group));
    return vreinterpretq_s16_s32(vsetq_lane_s32(group, vdupq_n_s32(0), 0));
  }

  // The sums where they stand: left to itself, GCC 12 renames them until some live on the stack.
  template <int channel>
  static void multiply_add(int32x4_t& low, int32x4_t& high, int16x8_t weights, Inputs inputs) {
    __asm__("smlal %0.4s, %1.4h, %2.h[%3]" : "+w"(low) : "w"(weights), "x"(inputs), "i"(channel));
    __asm__("smlal2 %0.4s, %1.8h, %2.h[%3]" : "+w"(high) : "w"(weights), "x"(inputs), "i"(channel));
  }

  template <int lane, int pixels>
  static inline __attribute__((always_inline)) void step(Sums<pixels>& sum, const Inputs (&x)[pixels],
                                                         const std::byte* weights) {
    const auto* from = reinterpret_cast<const std::int16_t*>(weights);
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; v += 2, from += 16) {
      const int16x8_t first = vld1q_s16(from), second = vld1q_s16(from + 8);
      const int16x8_t even = vuzp1q_s16(first, second), odd = vuzp2q_s16(first, second);
#pragma GCC unroll 8
      for (int p = 0; p < pixels; ++p) multiply_add<2 * lane>(sum[p][v], sum[p][v + 1], even, x[p]);
#pragma GCC unroll 8
      for (int p = 0; p < pixels; ++p) multiply_add<2 * lane + 1>(sum[p][v], sum[p][v + 1], odd, x[p]);
    }
  }
};

}  // namespace

DotKernel dot2_neon() {
  constexpr int kMaxPixels = 5;
  return {2, kMaxPixels, run_lanes<Pairs, kMaxPixels>};
}

}  // namespace diolkos::kernels::integer
