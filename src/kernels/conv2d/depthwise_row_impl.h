// The row for one instruction set; see depthwise_row.h.
#pragma once

#include <utility>

#include "kernels/conv2d/depthwise_tile.h"

namespace diolkos::kernels::conv2d {
namespace {

inline Taps taps_of(const Axis& axis, std::int64_t at) {
  return taps_in_range(at * axis.stride - axis.pad, axis.dilation, axis.kernel, axis.input);
}

// Tiles of 1 to `most` outputs, those at borders and those inside.
template <int most>
struct DepthwiseTiles {
  DepthwiseTile at_border[most];
  DepthwiseTile inside[most];
};

template <class W, int most>
const DepthwiseTiles<most>& tiles_of() {
  constexpr auto make = []<int... below>(std::integer_sequence<int, below...>) {
    return DepthwiseTiles<most>{{W::template tile<below + 1, false>...}, {W::template tile<below + 1, true>...}};
  };
  static constexpr DepthwiseTiles<most> tiles = make(std::make_integer_sequence<int, most>{});
  return tiles;
}

// Those of the first of the windows that the axis has.
template <int most>
const DepthwiseTiles<most>& tiles_for(const Axis&) {
  return tiles_of<AnyWindow, most>();
}
template <int most, class W, class... Others>
const DepthwiseTiles<most>& tiles_for(const Axis& axis) {
  return W::is(axis) ? tiles_of<W, most>() : tiles_for<most, Others...>(axis);
}

// Tiles as even as can be: a few sums at a time hide each other's latency.
template <int most, class... Windows>
void depthwise_row(const DepthwiseRow& args) {
  const Axis& width = args.width;
  const DepthwiseTiles<most>& tiles = tiles_for<most, Windows...>(width);
  const Taps rows = taps_of(args.height, args.row);
  const std::int64_t reach = (width.kernel - 1) * width.dilation;
  const std::int64_t inner_begin = ceil_divide(width.pad, width.stride);
  const std::int64_t inner_end = ceil_divide(width.input - reach + width.pad, width.stride);
  std::int64_t j = 0;
  for (std::int64_t left = ceil_divide(width.output, most); left > 0; --left) {
    const std::int64_t pixels = (width.output - j) / left;
    const bool inside = j >= inner_begin && j + pixels <= inner_end;
    (inside ? tiles.inside : tiles.at_border)[pixels - 1](args, rows, j);
    j += pixels;
  }
}

// Where registers hold the weights of a row beside the sums: MobileNets' windows, dilated ones of DeepLab among them.
template <int most>
void depthwise_row_by_window(const DepthwiseRow& args) {
  depthwise_row<most, Window<3, 1, 1>, Window<3, 2, 1>, Window<5, 1, 1>, Window<5, 2, 1>, Window<3, 1, 2>,
                Window<5, 1, 2>, Window<3, 1, 4>>(args);
}

}  // namespace
}  // namespace diolkos::kernels::conv2d
