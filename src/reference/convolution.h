// The loops that all convolutions share: for each kernel tap, rows of a small image (Conv's output, ConvTranspose's
// input) meet rows of a large one (Conv's input, ConvTranspose's output).
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "graph/window.h"

namespace diolkos::reference {

// Small positions [first, last) of a tap lie at large position small * stride + offset, inside the large image.
struct TapRange {
  std::int64_t first;
  std::int64_t last;
  std::int64_t offset;

  TapRange(const graph::WindowAxis& axis, std::int64_t tap, std::int64_t small, std::int64_t large) {
    offset = tap * axis.dilation - axis.pad_begin;
    first = offset >= 0 ? 0 : (-offset + axis.stride - 1) / axis.stride;
    const std::int64_t room = large - offset;  // small * stride < room
    last = room <= 0 ? 0 : std::min(small, (room + axis.stride - 1) / axis.stride);
  }
};

// Calls body(small_offset, large_offset, count, stride) for each row that tap (d, h, w) joins.
template <class Body>
void for_each_tap_row(const std::array<graph::WindowAxis, 3>& axes, const std::array<std::int64_t, 3>& small,
                      const std::array<std::int64_t, 3>& large, const std::array<std::int64_t, 3>& tap, Body&& body) {
  const TapRange depth(axes[0], tap[0], small[0], large[0]);
  const TapRange height(axes[1], tap[1], small[1], large[1]);
  const TapRange width(axes[2], tap[2], small[2], large[2]);
  if (width.last <= width.first) return;
  for (std::int64_t d = depth.first; d < depth.last; ++d) {
    for (std::int64_t h = height.first; h < height.last; ++h) {
      const std::int64_t small_row = (d * small[1] + h) * small[2];
      const std::int64_t large_row =
          ((d * axes[0].stride + depth.offset) * large[1] + h * axes[1].stride + height.offset) * large[2];
      body(small_row + width.first, large_row + width.first * axes[2].stride + width.offset, width.last - width.first,
           axes[2].stride);
    }
  }
}

// Calls body(tap, index) for each tap of a kernel, index in the weight's order.
template <class Body>
void for_each_tap(const std::array<graph::WindowAxis, 3>& axes, Body&& body) {
  std::int64_t index = 0;
  for (std::int64_t d = 0; d < axes[0].kernel; ++d)
    for (std::int64_t h = 0; h < axes[1].kernel; ++h)
      for (std::int64_t w = 0; w < axes[2].kernel; ++w) body(std::array<std::int64_t, 3>{d, h, w}, index++);
}

struct ConvolutionSizes {
  std::array<graph::WindowAxis, 3> axes;
  std::array<std::int64_t, 3> input;   // extents of the input's images
  std::array<std::int64_t, 3> output;  // and of the output's
  std::int64_t batch, groups;
  std::int64_t inputs, outputs;  // channels of one group

  std::int64_t taps() const { return axes[0].kernel * axes[1].kernel * axes[2].kernel; }
  std::int64_t input_plane() const { return input[0] * input[1] * input[2]; }
  std::int64_t output_plane() const { return output[0] * output[1] * output[2]; }
};

// Calls finish(plane, sums) for each output plane (in NCHW order) of the convolution of x (NCHW) and w (OIHW),
// summed in Sum.
template <class T, class Sum, class Finish>
void convolve(const ConvolutionSizes& sizes, const T* x, const T* w, Sum* sums, Finish&& finish) {
  for (std::int64_t plane = 0; plane < sizes.batch * sizes.groups * sizes.outputs; ++plane) {
    std::fill_n(sums, sizes.output_plane(), Sum(0));
    const T* kernel = w + plane % (sizes.groups * sizes.outputs) * sizes.inputs * sizes.taps();
    const T* images = x + plane / sizes.outputs * sizes.inputs * sizes.input_plane();
    for (std::int64_t c = 0; c < sizes.inputs; ++c) {
      const T* image = images + c * sizes.input_plane();
      for_each_tap(sizes.axes, [&](const auto& tap, std::int64_t index) {
        const auto weight = static_cast<Sum>(kernel[c * sizes.taps() + index]);
        for_each_tap_row(sizes.axes, sizes.output, sizes.input, tap,
                         [&](std::int64_t to, std::int64_t from, std::int64_t count, std::int64_t stride) {
                           for (std::int64_t i = 0; i < count; ++i)
                             sums[to + i] += weight * static_cast<Sum>(image[from + i * stride]);
                         });
      });
    }
    finish(plane, sums);
  }
}

}  // namespace diolkos::reference
