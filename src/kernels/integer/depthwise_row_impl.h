// Include from a file compiled for one instruction set, which defines depthwise_kernel_NAME(). The loops over 16
// channels become vectors.
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

template <class T, int lanes>
inline void depthwise_block(const DepthwiseRow& row, const T* image, Taps rows, Taps columns, std::int64_t top,
                            std::int64_t left, std::int64_t channel, T* out) {
  const std::int64_t stride = row.input.stride();
  const bool inside = rows.end - rows.begin == row.height.kernel && columns.end - columns.begin == row.width.kernel;
  std::int32_t sums[16] = {};
  const std::int32_t* begin = (inside ? row.start.data() : row.bias.data()) + channel;
  for (int i = 0; i < lanes; ++i) sums[i] = begin[i];
  for (std::int64_t a = rows.begin; a < rows.end; ++a) {
    const T* line = image + (top + a * row.height.dilation) * row.width.input * stride + channel;
    for (std::int64_t b = columns.begin; b < columns.end; ++b) {
      const T* x = line + (left + b * row.width.dilation) * stride;
      const std::int32_t* w = row.weights.data() + (a * row.width.kernel + b) * stride + channel;
      for (int i = 0; i < lanes; ++i) sums[i] += x[i] * w[i];
      if (!inside)
        for (int i = 0; i < lanes; ++i) sums[i] -= row.input_zero * w[i];
    }
  }
  if constexpr (sizeof(T) == 1) {
    if (lanes == 16 && row.scaling.by_float)
      block_to_u8(row.scaling, channel, sums, out);
    else
      exact_block(row.scaling, channel, sums, lanes, out);
  } else if (row.wide) {
    std::int64_t wide[16];
    for (int i = 0; i < lanes; ++i) wide[i] = sums[i];
    exact_block(row.scaling, channel, wide, lanes, out);
  } else {
    exact_block(row.scaling, channel, sums, lanes, out);
  }
}

template <class T>
void depthwise_row(const DepthwiseRow& row, const T* image, std::int64_t y, T* out) {
  const Taps rows = hitting(row.height, y);
  const std::int64_t stride = row.input.stride();
  const std::int64_t top = y * row.height.stride - row.height.pad;
  for (std::int64_t x = 0; x < row.width.output; ++x, out += stride) {
    const Taps columns = hitting(row.width, x);
    const std::int64_t left = x * row.width.stride - row.width.pad;
    if (stride == 4)
      depthwise_block<T, 4>(row, image, rows, columns, top, left, 0, out);
    else
      for (std::int64_t c = 0; c < stride; c += 16)
        depthwise_block<T, 16>(row, image, rows, columns, top, left, c, out + c);
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
