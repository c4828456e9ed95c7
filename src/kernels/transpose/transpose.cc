#include "kernels/transpose/transpose.h"

#include <algorithm>
#include <cstring>

namespace diolkos::kernels {
namespace {

constexpr std::int64_t kElementsAtOnce = 1 << 14;
constexpr std::int64_t kColumns = 64;  // at least: lines of the cache are read whole

}  // namespace

// Axes of one element are left out, and those that stay neighbours are one.
Transpose::Transpose(const Shape& shape, std::span<const std::int64_t> order, std::size_t element_bytes)
    : element_bytes_(element_bytes) {
  if (shape.elements() == 0) {
    outer_.push_back({0, 0, 0});
    is_copy_ = by_runs_ = true;
    return;
  }
  std::vector<std::int64_t> steps(static_cast<std::size_t>(shape.rank()));
  std::int64_t step = 1;
  for (int i = shape.rank() - 1; i >= 0; --i) {
    steps[static_cast<std::size_t>(i)] = step;
    step *= shape[i];
  }
  std::vector<Axis> axes;
  for (const std::int64_t axis : order) {
    const std::int64_t extent = shape[static_cast<int>(axis)], from_step = steps[static_cast<std::size_t>(axis)];
    if (extent == 1) continue;
    if (!axes.empty() && axes.back().from_step == extent * from_step)
      axes.back() = {axes.back().extent * extent, from_step, 0};
    else
      axes.push_back({extent, from_step, 0});
  }
  if (axes.empty()) axes.push_back({1, 1, 1});
  step = 1;
  for (auto axis = axes.rbegin(); axis != axes.rend(); ++axis) {
    axis->to_step = step;
    step *= axis->extent;
  }
  is_copy_ = axes.size() == 1;
  const Axis last = axes.back();
  axes.pop_back();
  by_runs_ = last.from_step == 1;
  if (by_runs_) {
    plane_.columns = last.extent;
  } else {
    const auto first = std::find_if(axes.begin(), axes.end(), [](const Axis& axis) { return axis.from_step == 1; });
    plane_ = {last.extent, first->extent, last.from_step, first->to_step, 0};
    axes.erase(first);
  }
  outer_ = std::move(axes);
}

void Transpose::run(const void* x, void* y, ThreadPool& pool) const {
  std::int64_t planes = 1;
  for (const Axis& axis : outer_) planes *= axis.extent;
  const std::int64_t columns =
      by_runs_ ? plane_.columns : std::max(kElementsAtOnce / plane_.rows / kColumns * kColumns, kColumns);
  const std::int64_t pieces = (plane_.columns + columns - 1) / columns;
  const std::int64_t planes_at_once = std::max<std::int64_t>(kElementsAtOnce / (plane_.rows * plane_.columns), 1);
  const auto* from = static_cast<const std::byte*>(x);
  auto* to = static_cast<std::byte*>(y);
  const auto bytes = static_cast<std::int64_t>(element_bytes_);
  const auto one = [&](std::int64_t index, std::int64_t first) {
    std::int64_t from_at = by_runs_ ? 0 : first, to_at = by_runs_ ? 0 : first * plane_.to_step;
    for (auto axis = outer_.rbegin(); axis != outer_.rend(); ++axis) {
      from_at += index % axis->extent * axis->from_step;
      to_at += index % axis->extent * axis->to_step;
      index /= axis->extent;
    }
    Plane plane = plane_;
    plane.columns = std::min(columns, plane_.columns - first);
    if (by_runs_)
      std::memcpy(to + to_at * bytes, from + from_at * bytes, static_cast<std::size_t>(plane.columns * bytes));
    else
      transpose_plane(plane, element_bytes_, from + from_at * bytes, to + to_at * bytes);
  };
  const std::int64_t items = pieces > 1 ? planes * pieces : (planes + planes_at_once - 1) / planes_at_once;
  pool.parallel_for(items, [&](std::int64_t item, int) {
    if (pieces > 1) return one(item / pieces, item % pieces * columns);
    for (std::int64_t p = item * planes_at_once; p < std::min(planes, (item + 1) * planes_at_once); ++p) one(p, 0);
  });
}

void reference_transpose(const Shape& shape, std::span<const std::int64_t> order, std::size_t element_bytes,
                         const void* x, void* y) {
  for (std::int64_t i = 0; i < shape.elements(); ++i) {
    std::int64_t rest = i, at = 0;
    for (int k = shape.rank() - 1; k >= 0; --k) {
      const auto axis = static_cast<int>(order[static_cast<std::size_t>(k)]);
      std::int64_t step = 1;
      for (int later = axis + 1; later < shape.rank(); ++later) step *= shape[later];
      at += rest % shape[axis] * step;
      rest /= shape[axis];
    }
    std::memcpy(static_cast<std::byte*>(y) + i * static_cast<std::int64_t>(element_bytes),
                static_cast<const std::byte*>(x) + at * static_cast<std::int64_t>(element_bytes), element_bytes);
  }
}

}  // namespace diolkos::kernels
