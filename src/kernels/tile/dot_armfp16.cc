// Dot tiles by FMLA of 16-bit numbers, eight at once: sums of 32 products in float16, added up in float32.
#include "kernels/tile/tile_families.h"
#include "kernels/tile/tile_impl.h"

namespace diolkos::kernels::tile {
namespace {

constexpr int kPixels = 6;
constexpr int kDepth = 16;
constexpr float kLargest = 65504;

// The sum where it stands: left to itself, GCC 12 renames sums until some live on the stack.
template <int lane>
inline void accumulate(float16x8_t& sum, float16x8_t weights, float16x8_t inputs) {
  __asm__("fmla %0.8h, %1.8h, %2.h[%3]" : "+w"(sum) : "w"(weights), "x"(inputs), "i"(lane));
}

inline float16x8_t halves(const std::uint16_t* from) { return vreinterpretq_f16_u16(vld1q_u16(from)); }

// One channel by 16 outputs.
template <int lane, int pixels>
inline __attribute__((always_inline)) void multiply(float16x8_t (&part)[pixels][2], const float16x8_t (&x)[pixels],
                                                    const std::uint16_t* weights) {
#pragma GCC unroll 2
  for (int h = 0; h < 2; ++h) {
    const float16x8_t weight = halves(weights + 16 * lane + 8 * h);
#pragma GCC unroll 14
    for (int p = 0; p < pixels; ++p) accumulate<lane>(part[p][h], weight, x[p]);
  }
}

// Sixteen channels of each pixel.
template <int pixels>
inline __attribute__((always_inline)) void multiply_step(float16x8_t (&part)[pixels][2], const std::uint16_t* input,
                                                         const std::uint16_t* weights) {
  for (int k = 0; k < kDepth; k += 8, weights += 8 * 16) {
    float16x8_t x[pixels];
#pragma GCC unroll 14
    for (int p = 0; p < pixels; ++p) x[p] = halves(input + p * kDepth + k);
    multiply<0, pixels>(part, x, weights);
    multiply<1, pixels>(part, x, weights);
    multiply<2, pixels>(part, x, weights);
    multiply<3, pixels>(part, x, weights);
    multiply<4, pixels>(part, x, weights);
    multiply<5, pixels>(part, x, weights);
    multiply<6, pixels>(part, x, weights);
    multiply<7, pixels>(part, x, weights);
  }
}

template <int pixels>
void run_dots(const Args& args) {
  constexpr std::int64_t kStepsOfPart = 2;
  Block16 sum[pixels][1];
  start<1, pixels>(args, sum);
  const auto* const input = static_cast<const std::uint16_t*>(args.input);
  const auto* weights = static_cast<const std::uint16_t*>(args.weights);
  for (std::int64_t s = 0; s < args.steps; s += kStepsOfPart) {
    float16x8_t part[pixels][2];
#pragma GCC unroll 14
    for (int p = 0; p < pixels; ++p) part[p][0] = part[p][1] = vdupq_n_f16(0);
    const std::int64_t end = s + kStepsOfPart < args.steps ? s + kStepsOfPart : args.steps;
    for (std::int64_t i = s; i < end; ++i, weights += kDepth * 16)
      multiply_step<pixels>(part, input + args.offsets[i], weights);
#pragma GCC unroll 14
    for (int p = 0; p < pixels; ++p)
#pragma GCC unroll 2
      for (int h = 0; h < 2; ++h) {
        Block16& to = sum[p][0];
        to.q[2 * h] = vaddq_f32(to.q[2 * h], vcvt_f32_f16(vget_low_f16(part[p][h])));
        to.q[2 * h + 1] = vaddq_f32(to.q[2 * h + 1], vcvt_high_f32_f16(part[p][h]));
      }
  }
  finish<1, pixels>(args, sum);
}

// What float16 does not reach becomes its largest number.
void round_pixels(const float* from, std::uint16_t* to, std::int64_t pixels) {
  const float32x4_t low = vdupq_n_f32(-kLargest), high = vdupq_n_f32(kLargest);
  for (std::int64_t i = 0; i < 16 * pixels; i += 8) {
    const auto held = [&](std::int64_t at) { return vminq_f32(vmaxq_f32(vld1q_f32(from + at), low), high); };
    vst1q_u16(to + i, vreinterpretq_u16_f16(vcvt_high_f16_f32(vcvt_f16_f32(held(i)), held(i + 4))));
  }
}

template <int... pixels>
Dots make_dots(std::integer_sequence<int, pixels...>) {
  Dots dots{"neon", "fp16", 1, kPixels, kBlockedPlanes, false, false, round_pixels, {}};
  ((dots.kernels[0][pixels] = run_dots<pixels + 1>), ...);
  return dots;
}

}  // namespace

const Dots& dots_armfp16() {
  static const Dots dots = make_dots(std::make_integer_sequence<int, kPixels>{});
  return dots;
}

}  // namespace diolkos::kernels::tile
