// Dot tiles by BFMMLA: four channels of two pixels by two outputs, summed in float32 without subnormals; a register is
//   { pixel 0 by output 0, pixel 0 by output 1, pixel 1 by output 0, pixel 1 by output 1 }
#include "kernels/tile/tile_families.h"
#include "kernels/tile/tile_impl.h"

namespace diolkos::kernels::tile {
namespace {

constexpr int kPixels = 6;
constexpr int kVectors = 8;  // of two outputs

inline Quarter low_halves(Quarter a, Quarter b) {
  return vreinterpretq_f32_f64(vzip1q_f64(vreinterpretq_f64_f32(a), vreinterpretq_f64_f32(b)));
}
inline Quarter high_halves(Quarter a, Quarter b) {
  return vreinterpretq_f32_f64(vzip2q_f64(vreinterpretq_f64_f32(a), vreinterpretq_f64_f32(b)));
}

// The sum where it stands: left to itself, GCC 12 renames sums until some live on the stack.
inline void multiply_add(Quarter& sum, uint32x4_t inputs, uint32x4_t weights) {
  __asm__("bfmmla %0.4s, %1.8h, %2.8h" : "+w"(sum) : "w"(inputs), "w"(weights));
}

// Four channels: `weights` are two rows of 16 outputs' pairs.
template <int pairs>
inline __attribute__((always_inline)) void multiply(Quarter (&sum)[pairs][kVectors], const uint32x4_t (&x)[pairs],
                                                    const std::uint32_t* weights) {
#pragma GCC unroll 4
  for (int q = 0; q < 4; ++q) {
    const uint32x4_t first = vld1q_u32(weights + 4 * q), second = vld1q_u32(weights + 16 + 4 * q);
    const uint32x4_t low = vzip1q_u32(first, second), high = vzip2q_u32(first, second);
#pragma GCC unroll 4
    for (int i = 0; i < pairs; ++i) multiply_add(sum[i][2 * q], x[i], low);
#pragma GCC unroll 4
    for (int i = 0; i < pairs; ++i) multiply_add(sum[i][2 * q + 1], x[i], high);
  }
}

// An odd last pixel is its own second.
template <int pixels>
void run_dots(const Args& args) {
  constexpr int kDepth = 16, pairs = (pixels + 1) / 2;
  constexpr auto second = [](int i) { return 2 * i + 1 < pixels ? 2 * i + 1 : 2 * i; };
  Block16 start_of[pixels][1];
  start<1, pixels>(args, start_of);
  Quarter sum[pairs][kVectors];
#pragma GCC unroll 4
  for (int i = 0; i < pairs; ++i)
#pragma GCC unroll 4
    for (int q = 0; q < 4; ++q) {
      const Quarter a = start_of[2 * i][0].q[q], b = start_of[second(i)][0].q[q];
      sum[i][2 * q] = low_halves(a, b);
      sum[i][2 * q + 1] = high_halves(a, b);
    }
  const auto* weights = static_cast<const std::uint32_t*>(args.weights);
  const std::int32_t* const end = args.offsets + args.steps;
  for (const std::int32_t* offset = args.offsets; offset != end; ++offset) {
    const auto* input = static_cast<const std::uint16_t*>(args.input) + *offset;
    for (int k = 0; k < kDepth; k += 4, input += 4, weights += 32) {
      uint32x4_t x[pairs];
#pragma GCC unroll 4
      for (int i = 0; i < pairs; ++i)
        x[i] = vreinterpretq_u32_u16(
            vcombine_u16(vld1_u16(input + 2 * i * kDepth), vld1_u16(input + second(i) * kDepth)));
      multiply<pairs>(sum, x, weights);
    }
  }
#pragma GCC unroll 4
  for (int i = 0; i < pairs; ++i)
#pragma GCC unroll 4
    for (int q = 0; q < 4; ++q) {
      start_of[2 * i][0].q[q] = low_halves(sum[i][2 * q], sum[i][2 * q + 1]);
      if (2 * i + 1 < pixels) start_of[2 * i + 1][0].q[q] = high_halves(sum[i][2 * q], sum[i][2 * q + 1]);
    }
  finish<1, pixels>(args, start_of);
}

void round_pixels(const float* from, std::uint16_t* to, std::int64_t pixels) {
  for (std::int64_t i = 0; i < 16 * pixels; i += 8) {
    const bfloat16x8_t low = vcvtq_low_bf16_f32(vld1q_f32(from + i));
    vst1q_u16(to + i, vreinterpretq_u16_bf16(vcvtq_high_bf16_f32(low, vld1q_f32(from + i + 4))));
  }
}

template <int... pixels>
Dots make_dots(std::integer_sequence<int, pixels...>) {
  Dots dots{"neon", "bf16", 1, kPixels, kBlockedPlanes, true, false, round_pixels, {}};
  ((dots.kernels[0][pixels] = run_dots<pixels + 1>), ...);
  return dots;
}

}  // namespace

const Dots& dots_armbf16() {
  static const Dots dots = make_dots(std::make_integer_sequence<int, kPixels>{});
  return dots;
}

}  // namespace diolkos::kernels::tile
