// USMMLA: eight channels of two pixels by two outputs, unsigned by signed bytes; a register of sums is
//   { pixel 0 by output 0, pixel 0 by output 1, pixel 1 by output 0, pixel 1 by output 1 }
#include <arm_neon.h>

#include <utility>

#include "kernels/integer/dot.h"

namespace diolkos::kernels::integer {
namespace {

constexpr int kGroup = 8;
constexpr int kMaxPixels = 6;
constexpr int kVectors = 8;  // of two outputs
constexpr int kColumns = 2 * kVectors;

// An odd last pixel is its own second.
template <int pixels>
inline constexpr int second_of(int pair) {
  return 2 * pair + 1 < pixels ? 2 * pair + 1 : 2 * pair;
}

inline int32x4_t two_rows(const std::int32_t* first, const std::int32_t* second) {
  return vcombine_s32(vld1_s32(first), vld1_s32(second));
}

// The sums where they stand: left to itself, GCC 12 renames them until some live on the stack.
inline void multiply_add(int32x4_t& sum, uint8x16_t inputs, int8x16_t weights) {
  __asm__("usmmla %0.4s, %1.16b, %2.16b" : "+w"(sum) : "w"(inputs), "w"(weights));
}

// Outputs [column, column + 16).
template <int pixels>
void dot_columns(const DotArgs& args, int column) {
  constexpr int pairs = (pixels + 1) / 2;
  int32x4_t sum[pairs][kVectors];
#pragma GCC unroll 8
  for (int v = 0; v < kVectors; ++v)
#pragma GCC unroll 4
    for (int i = 0; i < pairs; ++i) {
      const int at = column + 2 * v;
      const std::int32_t* from = args.sums + at;
      sum[i][v] = args.start != nullptr
                      ? two_rows(args.start + at, args.start + at)
                      : two_rows(from + 2 * i * kOutputs, from + second_of<pixels>(i) * kOutputs);
    }
  const auto* weights = reinterpret_cast<const std::int8_t*>(args.weights) + column * kGroup;
  for (int r = 0; r < args.run_count; ++r) {
    const auto* input = reinterpret_cast<const std::uint8_t*>(args.input) + args.runs[r].offset;
    for (int left = args.runs[r].steps; left > 0; --left, input += kGroup, weights += kOutputs * kGroup) {
      uint8x16_t x[pairs];
#pragma GCC unroll 4
      for (int i = 0; i < pairs; ++i)
        x[i] = vcombine_u8(vld1_u8(input + 2 * i * args.pixel_stride),
                           vld1_u8(input + second_of<pixels>(i) * args.pixel_stride));
#pragma GCC unroll 8
      for (int v = 0; v < kVectors; ++v) {
        const int8x16_t weight = vld1q_s8(weights + 16 * v);
#pragma GCC unroll 4
        for (int i = 0; i < pairs; ++i) multiply_add(sum[i][v], x[i], weight);
      }
    }
  }
#pragma GCC unroll 8
  for (int v = 0; v < kVectors; v += 2)
#pragma GCC unroll 4
    for (int i = 0; i < pairs; ++i) {
      const int64x2_t a = vreinterpretq_s64_s32(sum[i][v]), b = vreinterpretq_s64_s32(sum[i][v + 1]);
      std::int32_t* to = args.sums + 2 * i * kOutputs + column + 2 * v;
      vst1q_s32(to, vreinterpretq_s32_s64(vzip1q_s64(a, b)));
      if (2 * i + 1 < pixels) vst1q_s32(to + kOutputs, vreinterpretq_s32_s64(vzip2q_s64(a, b)));
    }
}

template <int pixels>
void dot_pixels(const DotArgs& args) {
  for (int column = 0; column < kOutputs; column += kColumns) dot_columns<pixels>(args, column);
}

template <int... counts>
void dot_any(const DotArgs& args, int pixels, std::integer_sequence<int, counts...>) {
  static constexpr void (*kBySize[])(const DotArgs&) = {dot_pixels<counts + 1>...};
  kBySize[pixels - 1](args);
}

void run(const DotArgs& args, int pixels) {
  dot_any(args, pixels, std::make_integer_sequence<int, kMaxPixels>{});
}

}  // namespace

DotKernel dot4_i8mm() { return {kGroup, kMaxPixels, run}; }

}  // namespace diolkos::kernels::integer
