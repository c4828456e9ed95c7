// SDOT multiplies signed bytes alone: inputs are shifted by 128, which the starts of the sums make up for.
#include "kernels/integer/dot_lanes.h"

namespace diolkos::kernels::integer {
namespace {

constexpr int kShift = 128;

struct Quads {
  using Inputs = int8x16_t;
  static Inputs load(const std::byte* from) {
    const uint8x16_t bytes = vld1q_u8(reinterpret_cast<const std::uint8_t*>(from));
    return vreinterpretq_s8_u8(veorq_u8(bytes, vdupq_n_u8(kShift)));
  }
  static Inputs load_step(const std::byte* from) {
    std::uint32_t group;
    __builtin_memcpy(&group, from, sizeof(group));
    return vreinterpretq_s8_u32(vsetq_lane_u32(group ^ 0x80808080u, vdupq_n_u32(0), 0));
  }

  // The sums where they stand: left to itself, GCC 12 renames them until some live on the stack.
  template <int lane>
  static void multiply_add(int32x4_t& sum, int8x16_t weights, Inputs inputs) {
    __asm__("sdot %0.4s, %1.16b, %2.4b[%3]" : "+w"(sum) : "w"(weights), "w"(inputs), "i"(lane));
  }

  template <int lane, int pixels>
  static inline __attribute__((always_inline)) void step(Sums<pixels>& sum, const Inputs (&x)[pixels],
                                                         const std::byte* weights) {
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) {
      const int8x16_t weight = vld1q_s8(reinterpret_cast<const std::int8_t*>(weights) + 16 * v);
#pragma GCC unroll 8
      for (int p = 0; p < pixels; ++p) multiply_add<lane>(sum[p][v], weight, x[p]);
    }
  }
};

}  // namespace

DotKernel dot4_dotprod() {
  constexpr int kMaxPixels = 6;
  return {4, kMaxPixels, run_lanes<Quads, kMaxPixels>, 1, kShift};
}

}  // namespace diolkos::kernels::integer
