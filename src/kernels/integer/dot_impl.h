// The tile in registers, for a file compiled for one instruction set. `V` says what a register is:
//   V::Register, V::kLanes (outputs in one), load(), store(), splat(32 bits), and
//   V::multiply_add(Register& sum, Register inputs, Register weights): sums of each lane's group of products.
#pragma once

#include <cstring>
#include <utility>

#include "kernels/integer/dot.h"
#include "kernels/simd/intrinsics.h"

namespace diolkos::kernels::integer {
namespace {

// Bases three pixels apart reach every pixel with the two strides that an address can hold.
template <int bases>
struct Pixels {
  const std::byte* base[bases];

  Pixels(const std::byte* first, std::int64_t stride) {
    base[0] = first;
#pragma GCC unroll 5
    for (int i = 1; i < bases; ++i) {
      base[i] = base[i - 1] + 3 * stride;
      __asm__("" : "+r"(base[i]));  // a register of its own, not base[0] plus a product
    }
  }
  void advance(int bytes) {
#pragma GCC unroll 5
    for (int i = 0; i < bases; ++i) base[i] += bytes;
  }
};

template <class V, int pixels, int vectors>
inline __attribute__((always_inline)) void step(typename V::Register (&sum)[pixels][vectors],
                                                const Pixels<(pixels + 2) / 3>& at, std::int64_t stride,
                                                const std::byte* weights, int index) {
  typename V::Register weight[vectors];
#pragma GCC unroll 4
  for (int v = 0; v < vectors; ++v) weight[v] = V::load(weights + index * 128 + v * 4 * V::kLanes);
#pragma GCC unroll 14
  for (int p = 0; p < pixels; ++p) {
    const std::byte* from = at.base[p / 3] + (p % 3 == 0 ? 0 : p % 3 == 1 ? stride : 2 * stride);
    std::int32_t group;
    std::memcpy(&group, from + 4 * index, 4);
    const auto inputs = V::splat(group);
#pragma GCC unroll 4
    for (int v = 0; v < vectors; ++v) V::multiply_add(sum[p][v], inputs, weight[v]);
  }
}

// Outputs [column, column + vectors * lanes).
template <class V, int pixels, int vectors>
void dot_columns(const DotArgs& args, int column) {
  typename V::Register sum[pixels][vectors];
#pragma GCC unroll 4
  for (int v = 0; v < vectors; ++v) {
    if (args.start == nullptr) {
#pragma GCC unroll 14
      for (int p = 0; p < pixels; ++p) sum[p][v] = V::load(args.sums + p * kOutputs + column + v * V::kLanes);
    } else {
      const auto start = V::load(args.start + column + v * V::kLanes);
#pragma GCC unroll 14
      for (int p = 0; p < pixels; ++p) sum[p][v] = start;
    }
  }
  const std::byte* weights = args.weights + column * 4;
  const std::int64_t stride = args.pixel_stride;
  for (int r = 0; r < args.run_count; ++r) {
    Pixels<(pixels + 2) / 3> at(args.input + args.runs[r].offset, stride);
    int left = args.runs[r].steps;
    // The next tile's pixels usually lie behind these: a quarter of its lines with each quarter of a line.
    constexpr int lines = (pixels + 3) / 4;
    const std::byte* ahead = at.base[0] + pixels * stride;
    for (; left >= 16; left -= 16, ahead += 64 - 4 * lines * stride)
      for (int quarter = 0; quarter < 4; ++quarter) {
#pragma GCC unroll 4
        for (int line = 0; line < lines; ++line, ahead += stride) __builtin_prefetch(ahead, 0, 3);
#pragma GCC unroll 4
        for (int i = 0; i < 4; ++i) step<V, pixels, vectors>(sum, at, stride, weights, i);
        weights += 4 * 128;
        at.advance(16);
      }
    for (; left >= 4; left -= 4) {
#pragma GCC unroll 4
      for (int i = 0; i < 4; ++i) step<V, pixels, vectors>(sum, at, stride, weights, i);
      weights += 4 * 128;
      at.advance(16);
    }
    for (; left > 0; --left) {
      step<V, pixels, vectors>(sum, at, stride, weights, 0);
      weights += 128;
      at.advance(4);
    }
  }
#pragma GCC unroll 14
  for (int p = 0; p < pixels; ++p)
#pragma GCC unroll 4
    for (int v = 0; v < vectors; ++v) V::store(args.sums + p * kOutputs + column + v * V::kLanes, sum[p][v]);
}

template <class V, int vectors, int pixels>
void dot_pixels(const DotArgs& args) {
  for (int column = 0; column < kOutputs; column += vectors * V::kLanes) dot_columns<V, pixels, vectors>(args, column);
}

template <class V, int vectors, int... counts>
void dot_any(const DotArgs& args, int pixels, std::integer_sequence<int, counts...>) {
  static constexpr void (*kBySize[])(const DotArgs&) = {dot_pixels<V, vectors, counts + 1>...};
  kBySize[pixels - 1](args);
}

template <class V, int vectors, int max_pixels>
DotKernel make_dot(int group) {
  return {group, max_pixels,
          [](const DotArgs& args, int pixels) {
            dot_any<V, vectors>(args, pixels, std::make_integer_sequence<int, max_pixels>{});
          },
          1};
}

}  // namespace
}  // namespace diolkos::kernels::integer
