// Include from a file compiled for one instruction set, which defines depthwise_kernel_NAME().
#pragma once

#include "kernels/integer/depthwise_row.h"
#include "kernels/integer/store_impl.h"

namespace diolkos::kernels::integer {
namespace {

struct Taps {
  std::int64_t begin, end;
};

// The taps that hit the input from output i.
inline Taps hitting(const conv2d::Axis& axis, std::int64_t i) {
  const std::int64_t first = i * axis.stride - axis.pad;
  Taps taps{0, axis.kernel};
  if (first < 0) taps.begin = (-first + axis.dilation - 1) / axis.dilation;
  if (first + (axis.kernel - 1) * axis.dilation >= axis.input)
    taps.end = axis.input <= first ? 0 : (axis.input - first + axis.dilation - 1) / axis.dilation;
  if (taps.end > axis.kernel) taps.end = axis.kernel;
  if (taps.begin > taps.end) taps.begin = taps.end;
  return taps;
}

// Where a window of taps meets the input.
struct Meeting {
  Taps rows, columns;
  std::int64_t top, left;

  bool whole(const DepthwiseRow& row) const {
    return rows.end - rows.begin == row.height.kernel && columns.end - columns.begin == row.width.kernel;
  }
};

// Calls body(x, w) for each tap: its channels of the input and its weights.
template <class T, class Body>
DIOLKOS_LANES void each_tap(const DepthwiseRow& row, const T* image, const Meeting& at, std::int64_t channel,
                            Body&& body) {
  const std::int64_t stride = row.input.stride();
  for (std::int64_t a = at.rows.begin; a < at.rows.end; ++a)
    for (std::int64_t b = at.columns.begin; b < at.columns.end; ++b)
      body(image + ((at.top + a * row.height.dilation) * row.width.input + at.left + b * row.width.dilation) * stride +
               channel,
           row.weights.data() + (a * row.width.kernel + b) * stride + channel);
}

template <class T>
DIOLKOS_LANES void store_sums(const DepthwiseRow& row, std::int64_t channel, const std::int32_t* sums, int lanes,
                              T* out) {
  if (!row.wide) {
    store_block(row.scaling, channel, sums, lanes, out);
    return;
  }
  if constexpr (sizeof(T) == 2) {
    std::int64_t wide[16];
    for (int i = 0; i < 16; ++i) wide[i] = sums[i];
    store_block(row.scaling, channel, wide, lanes, out);
  }
}

template <class T>
DIOLKOS_LANES void depthwise_block(const DepthwiseRow& row, const T* image, const Meeting& at, std::int64_t channel,
                                   T* out) {
  const bool whole = at.whole(row);
  Ints sum = load((whole ? row.start.data() : row.bias.data()) + channel);
  if (whole)
    each_tap(row, image, at, channel, [&](const T* x, const std::int32_t* w) { sum += load(x) * load(w); });
  else
    each_tap(row, image, at, channel,
             [&](const T* x, const std::int32_t* w) { sum += (load(x) - row.input_zero) * load(w); });
  std::int32_t sums[16];
  store(sums, sum);
  store_sums(row, channel, sums, 16, out);
}

// A pixel of 4 channels. As a vector: GCC 12 for 64-bit Arm makes a wrong one of four sums in a loop.
template <class T>
void depthwise_four(const DepthwiseRow& row, const T* image, const Meeting& at, T* out) {
  typedef std::int32_t Four __attribute__((vector_size(16)));
  Four sum = loaded<Four>(row.bias.data());
  each_tap(row, image, at, 0, [&](const T* x, const std::int32_t* w) {
    sum += (Four{x[0], x[1], x[2], x[3]} - row.input_zero) * loaded<Four>(w);
  });
  std::int32_t sums[16] = {};
  std::memcpy(sums, &sum, sizeof(sum));
  store_sums(row, 0, sums, 4, out);
}

template <class T>
void depthwise_row(const DepthwiseRow& row, const T* image, std::int64_t y, T* out) {
  const Taps rows = hitting(row.height, y);
  const std::int64_t stride = row.input.stride();
  const std::int64_t top = y * row.height.stride - row.height.pad;
  for (std::int64_t x = 0; x < row.width.output; ++x, out += stride) {
    const Meeting at{rows, hitting(row.width, x), top, x * row.width.stride - row.width.pad};
    if (stride == 4)
      depthwise_four(row, image, at, out);
    else
      for (std::int64_t c = 0; c < stride; c += 16) depthwise_block(row, image, at, c, out + c);
  }
}

void depthwise(const DepthwiseRow& row, const void* image, std::int64_t y, void* out) {
  if (row.input.dtype == DType::int16)
    depthwise_row(row, static_cast<const std::int16_t*>(image), y, static_cast<std::int16_t*>(out));
  else
    depthwise_row(row, static_cast<const std::uint8_t*>(image), y, static_cast<std::uint8_t*>(out));
}

}  // namespace
}  // namespace diolkos::kernels::integer
