// How a convolution or a pool lies over its input: the node's attributes with every default and auto_pad resolved.
// The same answer serves shape inference, the reference operators and the runtime's planner.
#pragma once

#include <array>
#include <cstdint>

#include "base/result.h"
#include "graph/graph.h"

namespace diolkos::graph {

// Along one spatial axis. For Conv and pools, output i reads input i * stride - pad_begin + k * dilation for k in
// [0, kernel), where that lies in [0, input). For ConvTranspose, input i adds to output
// i * stride - pad_begin + k * dilation, where that lies in [0, output).
struct WindowAxis {
  std::int64_t input = 1;
  std::int64_t output = 1;
  std::int64_t kernel = 1;
  std::int64_t stride = 1;
  std::int64_t dilation = 1;
  std::int64_t pad_begin = 0;
  std::int64_t pad_end = 0;  // as given or by auto_pad: with ceil_mode the last window may reach beyond it

  std::int64_t extent() const { return (kernel - 1) * dilation + 1; }  // inputs that a window spans
};

struct Window {
  static constexpr int kMaxSpatialRank = Shape::kMaxRank - 2;

  int spatial_rank = 0;
  std::array<WindowAxis, kMaxSpatialRank> axes;  // of [2, rank) of the input
  std::int64_t groups = 1;

  const WindowAxis& operator[](int axis) const { return axes[static_cast<std::size_t>(axis)]; }
  // The spatial axes as three (depth, height, width), missing ones of extent 1 in front. Rank at most 3.
  std::array<WindowAxis, 3> as_3d() const;
};

// For Conv, FusedConv, ConvTranspose, ConvInteger, QLinearConv, MaxPool, AveragePool. The types of the inputs must be
// known. Every extent of the answer is at most 2^31 - 1.
Result<Window> resolve_window(const Graph& graph, const Node& node);

}  // namespace diolkos::graph
