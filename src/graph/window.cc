#include "graph/window.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "graph/node_view.h"

namespace diolkos::graph {
namespace {

constexpr std::int64_t kMaxExtent = std::numeric_limits<std::int32_t>::max();  // products of two stay in 62 bits

// One integer for each spatial axis (`times` for each), in [lowest, kMaxExtent]; `fallback` where absent.
Result<std::vector<std::int64_t>> extents(const NodeView& view, std::string_view name, int count, std::int64_t lowest,
                                          std::int64_t fallback) {
  const auto expected = static_cast<std::size_t>(count);
  auto values = view.attributes().ints_or(name, {});
  if (values.empty()) return std::vector<std::int64_t>(expected, fallback);
  if (values.size() != expected)
    return view.error(fmt::format("{} has {} entries, expected {}", name, values.size(), expected));
  for (std::int64_t value : values)
    if (value < lowest || value > kMaxExtent)
      return view.error(fmt::format("{} holds {}, expected {} to {}", name, value, lowest, kMaxExtent));
  return values;
}

bool is_pool(Op op) { return op == Op::MaxPool || op == Op::AveragePool; }

// Fills in what the attributes say: kernel, stride, dilation, explicit pads.
Result<Window> read_attributes(const NodeView& view) {
  const Op op = view.node().op;
  const Shape& input = view.shape(0);
  if (input.rank() < 3)
    return view.error(
        fmt::format("input is {}, expected a batch of images or volumes: rank 3 or more", to_string(input)));
  Window window;
  window.spatial_rank = input.rank() - 2;
  const int n = window.spatial_rank;
  TRY_ASSIGN(auto kernels, extents(view, "kernel_shape", n, 1, 0));
  TRY_ASSIGN(auto strides, extents(view, "strides", n, 1, 1));
  TRY_ASSIGN(auto dilations, extents(view, "dilations", n, 1, 1));
  TRY_ASSIGN(auto pads, extents(view, "pads", 2 * n, 0, 0));
  if (is_pool(op)) {
    if (!view.attributes().has("kernel_shape")) return view.error("kernel_shape is missing");
  } else {
    const Shape& weight = view.shape(op == Op::QLinearConv ? 3 : 1);
    if (weight.rank() != input.rank())
      return view.error(fmt::format("weight {} has rank {}, input {} has rank {}", to_string(weight), weight.rank(),
                                    to_string(input), input.rank()));
    for (int i = 0; i < n; ++i) {
      auto& kernel = kernels[static_cast<std::size_t>(i)];
      if (kernel == 0) kernel = weight[i + 2];
      if (kernel != weight[i + 2] || kernel < 1)
        return view.error(
            fmt::format("kernel_shape says {} along spatial axis {}, the weight is {}", kernel, i, to_string(weight)));
    }
    window.groups = view.attributes().int_or("group", 1);
    if (window.groups < 1 || window.groups > kMaxExtent)
      return view.error(fmt::format("group is {}, expected 1 or more", window.groups));
  }
  for (int i = 0; i < n; ++i) {
    const auto at = static_cast<std::size_t>(i);
    WindowAxis& axis = window.axes[at];
    axis = {input[i + 2], 0, kernels[at], strides[at], dilations[at], pads[at], pads[at + static_cast<std::size_t>(n)]};
    if (axis.input > kMaxExtent || axis.kernel > kMaxExtent || (axis.kernel - 1) * axis.dilation >= kMaxExtent)
      return view.error(fmt::format("a window of {} with dilation {} over an input of {} is too large", axis.kernel,
                                    axis.dilation, axis.input));
  }
  return window;
}

enum class AutoPad { notset, same_upper, same_lower, valid };

Result<AutoPad> auto_pad_of(const NodeView& view) {
  const std::string_view text = view.attributes().string_or("auto_pad", "NOTSET");
  if (text == "NOTSET") return AutoPad::notset;
  if (text == "SAME_UPPER") return AutoPad::same_upper;
  if (text == "SAME_LOWER") return AutoPad::same_lower;
  if (text == "VALID") return AutoPad::valid;
  return view.error(fmt::format("auto_pad is '{}', expected NOTSET, SAME_UPPER, SAME_LOWER or VALID", text));
}

Status place(const NodeView& view, AutoPad auto_pad, bool ceil_mode, WindowAxis& axis) {
  if (auto_pad == AutoPad::same_upper || auto_pad == AutoPad::same_lower) {
    axis.output = (axis.input + axis.stride - 1) / axis.stride;
    const std::int64_t total = std::max<std::int64_t>(0, (axis.output - 1) * axis.stride + axis.extent() - axis.input);
    const std::int64_t smaller = total / 2;
    axis.pad_begin = auto_pad == AutoPad::same_upper ? smaller : total - smaller;
    axis.pad_end = total - axis.pad_begin;
    return {};
  }
  if (auto_pad == AutoPad::valid) axis.pad_begin = axis.pad_end = 0;
  const std::int64_t slack = axis.input + axis.pad_begin + axis.pad_end - axis.extent();
  if (slack < 0)
    return view.error(fmt::format("a window of {} (dilation {}) is larger than the input of {} with pads {} and {}",
                                  axis.kernel, axis.dilation, axis.input, axis.pad_begin, axis.pad_end));
  axis.output = slack / axis.stride + 1;
  if (ceil_mode && slack % axis.stride != 0) {
    // One window more, unless it would start in the padding behind the input.
    if (axis.output * axis.stride < axis.input + axis.pad_begin) ++axis.output;
  }
  return {};
}

// output = stride * (input - 1) + output_padding + extent - pads; output_shape or auto_pad settle the pads.
Status place_transposed(const NodeView& view, AutoPad auto_pad, std::int64_t output_padding, std::int64_t wanted,
                        WindowAxis& axis) {
  const std::int64_t full = axis.stride * (axis.input - 1) + output_padding + axis.extent();
  if (wanted == 0 && (auto_pad == AutoPad::same_upper || auto_pad == AutoPad::same_lower))
    wanted = axis.input * axis.stride;
  if (wanted != 0) {
    const std::int64_t total = std::max<std::int64_t>(0, full - wanted);
    axis.pad_begin = auto_pad == AutoPad::same_upper ? total / 2 : total - total / 2;
    axis.pad_end = total - axis.pad_begin;
    axis.output = wanted;
  } else {
    if (auto_pad == AutoPad::valid) axis.pad_begin = axis.pad_end = 0;
    axis.output = full - axis.pad_begin - axis.pad_end;
  }
  if (axis.output < 1 || axis.output > kMaxExtent)
    return view.error(fmt::format("an input of {} gives an output of {}", axis.input, axis.output));
  return {};
}

}  // namespace

std::array<WindowAxis, 3> Window::as_3d() const {
  std::array<WindowAxis, 3> three;
  for (int i = 0; i < spatial_rank; ++i) three[static_cast<std::size_t>(3 - spatial_rank + i)] = (*this)[i];
  return three;
}

Result<Window> resolve_window(const Graph& graph, const Node& node) {
  const NodeView view(graph, node);
  TRY_ASSIGN(Window window, read_attributes(view));
  TRY_ASSIGN(const AutoPad auto_pad, auto_pad_of(view));
  const int n = window.spatial_rank;
  TRY_ASSIGN(const auto output_paddings, extents(view, "output_padding", n, 0, 0));
  TRY_ASSIGN(auto wanted, extents(view, "output_shape", n, 1, 0));
  const bool ceil_mode = is_pool(node.op) && node.attributes.int_or("ceil_mode", 0) != 0;
  for (int i = 0; i < n; ++i) {
    const auto at = static_cast<std::size_t>(i);
    if (node.op == Op::ConvTranspose) {
      TRY(place_transposed(view, auto_pad, output_paddings[at], wanted[at], window.axes[at]));
    } else {
      TRY(place(view, auto_pad, ceil_mode, window.axes[at]));
    }
    const WindowAxis& axis = window.axes[at];
    if (is_pool(node.op) && (axis.pad_begin >= axis.extent() || axis.pad_end >= axis.extent()))
      return view.error(
          fmt::format("pads {} and {} leave a window of {} without input", axis.pad_begin, axis.pad_end, axis.kernel));
  }
  return window;
}

}  // namespace diolkos::graph
