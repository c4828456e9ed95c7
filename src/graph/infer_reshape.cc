#include <algorithm>

#include <fmt/format.h>

#include "graph/infer_rules.h"

namespace diolkos::graph {

Types infer_reshape(const NodeView& view) {
  TRY_ASSIGN(auto dims, view.ints(1, "shape"));
  const Shape& input = view.shape(0);
  const bool copies_zeros = view.attributes().int_or("allowzero", 0) == 0;
  int open = -1;
  std::vector<std::int64_t> known = dims;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    if (dims[i] == 0 && copies_zeros) {
      if (static_cast<int>(i) >= input.rank())
        return view.error(
            fmt::format("0 at place {} of the shape copies an axis that {} has not", i, to_string(input)));
      dims[i] = known[i] = input[static_cast<int>(i)];
    } else if (dims[i] == -1) {
      if (open >= 0) return view.error(fmt::format("shape [{}] holds -1 twice", fmt::join(dims, ",")));
      open = static_cast<int>(i);
      known[i] = 1;
    }
  }
  TRY_ASSIGN(Shape shape, view.shape_from(known));
  const auto wanted = shape.checked_elements();
  const std::int64_t elements = input.elements();
  if (open >= 0 && wanted && *wanted > 0 && elements % *wanted == 0) shape[open] = elements / *wanted;
  if (shape.checked_elements() != input.checked_elements())
    return view.error(
        fmt::format("{} ({} elements) cannot become [{}]", to_string(input), elements, fmt::join(dims, ",")));
  return one(view.dtype(0), shape);
}

Types infer_flatten(const NodeView& view) {
  const Shape& input = view.shape(0);
  const std::int64_t given = view.attributes().int_or("axis", 1);
  if (given < -input.rank() || given > input.rank())
    return view.error(fmt::format("axis {} is outside a rank of {}", given, input.rank()));
  const auto axis = static_cast<int>(given < 0 ? given + input.rank() : given);
  Shape shape{1, 1};
  for (int i = 0; i < input.rank(); ++i) {
    std::int64_t& extent = shape[i < axis ? 0 : 1];
    if (__builtin_mul_overflow(extent, input[i], &extent))
      return view.error(fmt::format("input {} is too large", to_string(input)));
  }
  return one(view.dtype(0), shape);
}

namespace {

// From the second input, or the attribute of older forms.
Result<std::vector<std::int64_t>> axes_given(const NodeView& view) {
  if (view.has(1)) return view.ints(1, "axes");
  return view.attributes().ints_or("axes", {});
}

}  // namespace

Types infer_squeeze(const NodeView& view) {
  const Shape& input = view.shape(0);
  TRY_ASSIGN(const auto given, axes_given(view));
  TRY_ASSIGN(const auto axes, view.axes(given, input.rank()));
  const bool every = !view.has(1) && !view.attributes().has("axes");
  Shape shape;
  for (int i = 0; i < input.rank(); ++i) {
    const bool named = std::find(axes.begin(), axes.end(), i) != axes.end();
    if (named && input[i] != 1)
      return view.error(fmt::format("axis {} of {} is not 1 and cannot be squeezed", i, to_string(input)));
    if (!named && !(every && input[i] == 1)) shape.push_back(input[i]);
  }
  return one(view.dtype(0), shape);
}

Types infer_unsqueeze(const NodeView& view) {
  const Shape& input = view.shape(0);
  TRY_ASSIGN(const auto given, axes_given(view));
  const auto rank = static_cast<std::int64_t>(given.size()) + input.rank();
  if (rank > Shape::kMaxRank) return view.error(fmt::format("rank {} is over the limit of {}", rank, Shape::kMaxRank));
  TRY_ASSIGN(const auto axes, view.axes(given, static_cast<int>(rank)));
  Shape shape;
  int next = 0;
  for (int i = 0; i < rank; ++i)
    shape.push_back(std::find(axes.begin(), axes.end(), i) != axes.end() ? 1 : input[next++]);
  return one(view.dtype(0), shape);
}

}  // namespace diolkos::graph
