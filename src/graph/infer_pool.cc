#include <numeric>

#include <fmt/format.h>

#include "graph/infer_rules.h"
#include "graph/reduce_axes.h"
#include "graph/window.h"

namespace diolkos::graph {

Types infer_pool(const NodeView& view) {
  TRY_ASSIGN(const Window window, resolve_window(view.graph(), view.node()));
  Shape shape = view.shape(0);
  for (int i = 0; i < window.spatial_rank; ++i) shape[i + 2] = window[i].output;
  return std::vector<TensorType>{{view.dtype(0), shape, {}}, {DType::int64, shape, {}}};
}

Types infer_global_pool(const NodeView& view) {
  Shape shape = view.shape(0);
  if (shape.rank() < 3)
    return view.error(fmt::format("input is {}, expected images: rank 3 or more", to_string(shape)));
  for (int i = 2; i < shape.rank(); ++i) {
    if (shape[i] == 0) return view.error(fmt::format("input {} is empty", to_string(shape)));
    shape[i] = 1;
  }
  return one(view.dtype(0), shape);
}

Result<std::vector<int>> reduce_axes(const NodeView& view) {
  std::vector<std::int64_t> given = view.attributes().ints_or("axes", {});
  if (view.has(1)) {
    TRY_ASSIGN(given, view.ints(1, "axes"));
  }
  if (given.empty() && view.attributes().int_or("noop_with_empty_axes", 0) == 0) {
    given.resize(static_cast<std::size_t>(view.rank(0)));
    std::iota(given.begin(), given.end(), 0);
  }
  return view.axes(given, view.rank(0));
}

namespace {

Shape without(const Shape& shape, const std::vector<bool>& reduced, bool keep) {
  Shape result;
  for (int i = 0; i < shape.rank(); ++i) {
    if (!reduced[static_cast<std::size_t>(i)]) {
      result.push_back(shape[i]);
    } else if (keep) {
      result.push_back(1);
    }
  }
  return result;
}

bool keeps_axes(const NodeView& view) { return view.attributes().int_or("keepdims", 1) != 0; }

}  // namespace

Types infer_reduce(const NodeView& view) {
  TRY_ASSIGN(const auto axes, reduce_axes(view));
  const Shape& shape = view.shape(0);
  std::vector<bool> reduced(static_cast<std::size_t>(shape.rank()), false);
  for (int axis : axes) reduced[static_cast<std::size_t>(axis)] = true;
  return one(view.dtype(0), without(shape, reduced, keeps_axes(view)));
}

Types infer_arg_reduce(const NodeView& view) {
  const Shape& shape = view.shape(0);
  TRY_ASSIGN(const int axis, view.axis(view.attributes().int_or("axis", 0), shape.rank()));
  if (shape[axis] == 0) return view.error(fmt::format("axis {} of {} is empty", axis, to_string(shape)));
  std::vector<bool> reduced(static_cast<std::size_t>(shape.rank()), false);
  reduced[static_cast<std::size_t>(axis)] = true;
  return one(DType::int64, without(shape, reduced, keeps_axes(view)));
}

}  // namespace diolkos::graph
