#include "graph/slice_parameters.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

namespace diolkos::graph {
namespace {

// ONNX's rule: negative indices count from the end, then both are clamped to what the step can reach. Unlike NumPy, a
// start before the first element with a negative step is the first element.
SliceAxis slice_axis(std::int64_t extent, std::int64_t start, std::int64_t end, std::int64_t step) {
  if (extent == 0) return {0, step, 0};
  const auto from_front = [&](std::int64_t index) { return index < 0 ? index + extent : index; };
  const std::int64_t back = step > 0 ? 0 : 1;
  const std::int64_t first = std::clamp<std::int64_t>(from_front(start), 0, extent - back);
  const std::int64_t last = std::clamp<std::int64_t>(from_front(end), -back, extent - back);
  const std::int64_t distance = step > 0 ? last - first : first - last;
  // |step| as unsigned, right for the most negative step too.
  const std::uint64_t stride = step > 0 ? static_cast<std::uint64_t>(step) : 0 - static_cast<std::uint64_t>(step);
  const auto count =
      distance <= 0 ? 0 : static_cast<std::int64_t>((static_cast<std::uint64_t>(distance) - 1) / stride + 1);
  return {first, step, count};
}

}  // namespace

Result<std::vector<SliceAxis>> resolve_slice(const NodeView& view) {
  TRY_ASSIGN(const auto starts, view.ints(1, "starts"));
  TRY_ASSIGN(const auto ends, view.ints(2, "ends"));
  std::vector<std::int64_t> axes_given(starts.size());
  std::iota(axes_given.begin(), axes_given.end(), 0);
  std::vector<std::int64_t> steps(starts.size(), 1);
  if (view.has(3)) {
    TRY_ASSIGN(axes_given, view.ints(3, "axes"));
  }
  if (view.has(4)) {
    TRY_ASSIGN(steps, view.ints(4, "steps"));
  }
  if (ends.size() != starts.size() || axes_given.size() != starts.size() || steps.size() != starts.size())
    return view.error(fmt::format("{} starts, {} ends, {} axes and {} steps, expected as many of each", starts.size(),
                                  ends.size(), axes_given.size(), steps.size()));
  const Shape& shape = view.shape(0);
  TRY_ASSIGN(const auto axes, view.axes(axes_given, shape.rank()));
  std::vector<SliceAxis> slices;
  for (std::int64_t extent : shape.dims()) slices.push_back({0, 1, extent});
  for (std::size_t i = 0; i < axes.size(); ++i) {
    if (steps[i] == 0) return view.error("steps holds 0");
    slices[static_cast<std::size_t>(axes[i])] = slice_axis(shape[axes[i]], starts[i], ends[i], steps[i]);
  }
  return slices;
}

}  // namespace diolkos::graph
