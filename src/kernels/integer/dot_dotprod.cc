// SDOT multiplies signed bytes alone: inputs are shifted by 128, and what that takes away is added beforehand.
//   SUM x w = SUM (x - 128) w + 128 SUM w
#include "kernels/integer/register128.h"

namespace diolkos::kernels::integer {
namespace {

constexpr int kMaxPixels = 6;

struct Quads : Register128 {
  static Register splat(std::int32_t value) { return vdupq_n_s32(value ^ static_cast<std::int32_t>(0x80808080u)); }
  static void multiply_add(Register& sum, Register inputs, Register weights) {
    sum = vdotq_s32(sum, vreinterpretq_s8_s32(weights), vreinterpretq_s8_s32(inputs));
  }
};

// to[o] = start[o] + 128 SUM w[o].
void shifted_start(const DotArgs& args, std::int32_t* to) {
  std::int64_t steps = 0;
  for (int r = 0; r < args.run_count; ++r) steps += args.runs[r].steps;
  const int8x16_t shift = vdupq_n_s8(-128);
  int32x4_t sum[kOutputs / 4] = {};
  const auto* weights = reinterpret_cast<const std::int8_t*>(args.weights);
  for (std::int64_t s = 0; s < steps; ++s, weights += 4 * kOutputs)
#pragma GCC unroll 8
    for (int v = 0; v < kOutputs / 4; ++v) sum[v] = vdotq_s32(sum[v], vld1q_s8(weights + 16 * v), shift);
  for (int v = 0; v < kOutputs / 4; ++v) vst1q_s32(to + 4 * v, vsubq_s32(vld1q_s32(args.start + 4 * v), sum[v]));
}

void run(const DotArgs& args, int pixels) {
  std::int32_t start[kOutputs];
  shifted_start(args, start);
  DotArgs shifted = args;
  shifted.start = start;
  dot_any<Quads, 4>(shifted, pixels, std::make_integer_sequence<int, kMaxPixels>{});
}

}  // namespace

DotKernel dot4_dotprod() { return {4, kMaxPixels, run, 1}; }

}  // namespace diolkos::kernels::integer
