#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "graph/broadcast.h"
#include "graph/infer_rules.h"
#include "graph/pad_parameters.h"
#include "graph/slice_parameters.h"
#include "graph/split_sizes.h"

namespace diolkos::graph {

Types infer_transpose(const NodeView& view) {
  const Shape& input = view.shape(0);
  std::vector<std::int64_t> reversed(static_cast<std::size_t>(input.rank()));
  std::iota(reversed.rbegin(), reversed.rend(), 0);
  const auto permutation = view.attributes().ints_or("perm", reversed);
  if (permutation.size() != reversed.size() ||
      !std::is_permutation(permutation.begin(), permutation.end(), reversed.begin()))
    return view.error(fmt::format("perm [{}] is no permutation of {} axes", fmt::join(permutation, ","), input.rank()));
  Shape shape;
  for (std::int64_t axis : permutation) shape.push_back(input[static_cast<int>(axis)]);
  return one(view.dtype(0), shape);
}

Types infer_concat(const NodeView& view) {
  Shape shape = view.shape(0);
  TRY_ASSIGN(const int axis, view.axis(view.attributes().int_or("axis", 0), shape.rank()));
  for (std::size_t i = 1; i < view.input_count(); ++i) {
    const Shape& next = view.shape(i);
    bool fits = view.dtype(i) == view.dtype(0) && next.rank() == shape.rank();
    for (int d = 0; fits && d < shape.rank(); ++d) fits = d == axis || next[d] == shape[d];
    if (!fits || __builtin_add_overflow(shape[axis], next[axis], &shape[axis]))
      return view.error(fmt::format("input {} is {} {}, which does not join {} {} along axis {}", i,
                                    name_of(view.dtype(i)), to_string(next), name_of(view.dtype(0)),
                                    to_string(view.shape(0)), axis));
  }
  return one(view.dtype(0), shape);
}

Result<std::vector<std::int64_t>> split_sizes(const NodeView& view, std::int64_t extent) {
  const auto outputs = static_cast<std::int64_t>(view.node().outputs.size());
  std::vector<std::int64_t> sizes = view.attributes().ints_or("split", {});
  if (view.has(1)) {
    TRY_ASSIGN(sizes, view.ints(1, "split"));
  }
  if (sizes.empty()) {
    const std::int64_t parts = view.attributes().int_or("num_outputs", outputs);
    if (parts != outputs) return view.error(fmt::format("num_outputs is {}, the node has {}", parts, outputs));
    if (!view.attributes().has("num_outputs") && extent % parts != 0)
      return view.error(fmt::format("an axis of {} does not split into {} equal parts", extent, parts));
    const std::int64_t part = (extent + parts - 1) / parts;
    for (std::int64_t begin = 0, i = 0; i < parts; ++i, begin += part)
      sizes.push_back(std::clamp<std::int64_t>(extent - begin, 0, part));
    return sizes;
  }
  if (static_cast<std::int64_t>(sizes.size()) != outputs)
    return view.error(fmt::format("split has {} sizes, the node has {} outputs", sizes.size(), outputs));
  std::int64_t left = extent;
  for (std::int64_t size : sizes) {
    if (size < 0 || size > left)
      return view.error(fmt::format("sizes [{}] do not split an axis of {}", fmt::join(sizes, ","), extent));
    left -= size;
  }
  if (left != 0)
    return view.error(fmt::format("sizes [{}] leave {} of an axis of {}", fmt::join(sizes, ","), left, extent));
  return sizes;
}

Types infer_split(const NodeView& view) {
  Shape shape = view.shape(0);
  TRY_ASSIGN(const int axis, view.axis(view.attributes().int_or("axis", 0), shape.rank()));
  TRY_ASSIGN(const auto sizes, split_sizes(view, shape[axis]));
  std::vector<TensorType> types;
  for (std::int64_t size : sizes) {
    shape[axis] = size;
    types.push_back({view.dtype(0), shape, {}});
  }
  return types;
}

Types infer_slice(const NodeView& view) {
  TRY_ASSIGN(const auto slices, resolve_slice(view));
  Shape shape;
  for (const SliceAxis& slice : slices) shape.push_back(slice.count);
  return one(view.dtype(0), shape);
}

namespace {

Status check_indices(const NodeView& view) {
  if (view.dtype(1) == DType::int64 || view.dtype(1) == DType::int32) return {};
  return view.error(fmt::format("indices are {}, expected int64 or int32", name_of(view.dtype(1))));
}

}  // namespace

Types infer_gather(const NodeView& view) {
  TRY(check_indices(view));
  const Shape& input = view.shape(0);
  const Shape& indices = view.shape(1);
  TRY_ASSIGN(const int axis, view.axis(view.attributes().int_or("axis", 0), input.rank()));
  Shape shape;
  bool fits = true;
  for (int i = 0; i < axis; ++i) fits = fits && shape.push_back(input[i]);
  for (std::int64_t extent : indices.dims()) fits = fits && shape.push_back(extent);
  for (int i = axis + 1; i < input.rank(); ++i) fits = fits && shape.push_back(input[i]);
  if (!fits)
    return view.error(fmt::format("gathering {} from {} is over the rank limit of {}", to_string(indices),
                                  to_string(input), Shape::kMaxRank));
  return one(view.dtype(0), shape);
}

Types infer_gather_elements(const NodeView& view) {
  TRY(check_indices(view));
  const Shape& input = view.shape(0);
  const Shape& indices = view.shape(1);
  TRY_ASSIGN(const int axis, view.axis(view.attributes().int_or("axis", 0), input.rank()));
  bool fits = indices.rank() == input.rank();
  for (int i = 0; fits && i < input.rank(); ++i) fits = i == axis || indices[i] <= input[i];
  if (!fits) return view.error(fmt::format("indices {} do not lie within {}", to_string(indices), to_string(input)));
  return one(view.dtype(0), indices);
}

Types infer_expand(const NodeView& view) {
  TRY_ASSIGN(const auto dims, view.ints(1, "shape"));
  const auto wanted = Shape::from(dims);
  const auto shape = wanted && wanted->closed() ? broadcast(view.shape(0), *wanted) : std::nullopt;
  if (!shape)
    return view.error(fmt::format("{} does not expand to [{}]", to_string(view.shape(0)), fmt::join(dims, ",")));
  return one(view.dtype(0), *shape);
}

Types infer_tile(const NodeView& view) {
  TRY_ASSIGN(const auto repeats, view.ints(1, "repeats"));
  Shape shape = view.shape(0);
  if (static_cast<int>(repeats.size()) != shape.rank())
    return view.error(fmt::format("{} repeats for an input of rank {}", repeats.size(), shape.rank()));
  for (int i = 0; i < shape.rank(); ++i) {
    const std::int64_t times = repeats[static_cast<std::size_t>(i)];
    if (times < 0 || __builtin_mul_overflow(shape[i], times, &shape[i]))
      return view.error(fmt::format("axis {} of {} cannot be repeated {} times", i, to_string(view.shape(0)), times));
  }
  return one(view.dtype(0), shape);
}

Types infer_pad(const NodeView& view) {
  TRY_ASSIGN(const PadParameters pad, resolve_pad(view));
  if (view.has(2) && (view.dtype(2) != view.dtype(0) || view.shape(2).elements() != 1))
    return view.error(fmt::format("value is {} {}, expected one {}", name_of(view.dtype(2)), to_string(view.shape(2)),
                                  name_of(view.dtype(0))));
  Shape shape = view.shape(0);
  for (int i = 0; i < shape.rank(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    if (__builtin_add_overflow(shape[i], pad.begin[at] + pad.end[at], &shape[i]))
      return view.error(fmt::format("input {} is too large", to_string(view.shape(0))));
  }
  return one(view.dtype(0), shape);
}

}  // namespace diolkos::graph
