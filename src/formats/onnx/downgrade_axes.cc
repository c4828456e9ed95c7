#include <fmt/format.h>

#include "formats/onnx/downgrade_rules.h"

namespace diolkos::formats::onnx_io {
namespace {

Result<std::vector<std::size_t>> resolved(const std::vector<std::int64_t>& axes, int rank) {
  std::vector<std::size_t> result;
  for (std::int64_t axis : axes) {
    if (axis < -rank || axis >= rank) return invalid(fmt::format("axis {} is outside a rank of {}", axis, rank));
    result.push_back(static_cast<std::size_t>(axis < 0 ? axis + rank : axis));
  }
  return result;
}

// A list with an entry for each of `axes` in each of its `parts` equal parts, spread over all axes of `rank`;
// `rest(part, axis)` is for the others.
template <class T, class Rest>
Result<std::vector<T>> spread(const std::vector<T>& given, const std::vector<std::size_t>& axes, std::size_t rank,
                              std::size_t parts, Rest rest) {
  if (given.size() != parts * axes.size())
    return invalid(
        fmt::format("has {} entries for {} axes, expected {}", given.size(), axes.size(), parts * axes.size()));
  std::vector<T> all;
  for (std::size_t part = 0; part < parts; ++part) {
    for (std::size_t axis = 0; axis < rank; ++axis) all.push_back(rest(part, axis));
    for (std::size_t i = 0; i < axes.size(); ++i) all[part * rank + axes[i]] = given[part * axes.size() + i];
  }
  return all;
}

Result<std::vector<float>> constant_floats(const Downgrade& downgrade, std::size_t index, std::string_view what) {
  const graph::Value& value = downgrade.graph.value(downgrade.source.input(index));
  if (!value.is_constant()) return unsupported(fmt::format("{} is computed; fold constants first", what));
  TRY_ASSIGN(const Tensor tensor, to_float32(*value.constant));
  const auto elements = tensor.as<float>();
  return std::vector<float>(elements.begin(), elements.end());
}

Status spread_floats(Downgrade& downgrade, std::size_t index, std::string_view what,
                     const std::vector<std::size_t>& axes, std::size_t parts, float first_rest) {
  if (!downgrade.has_input(index)) return {};
  const auto rank = static_cast<std::size_t>(downgrade.input_type(0).shape.rank());
  TRY_ASSIGN(const auto given, constant_floats(downgrade, index, what));
  TRY_ASSIGN(const auto all, spread(given, axes, rank, parts,
                                    [&](std::size_t part, std::size_t) { return part == 0 ? first_rest : 1.0f; }));
  downgrade.set_input(index,
                      downgrade.constant(what, Tensor::of<float>(Shape{static_cast<std::int64_t>(all.size())}, all)));
  return {};
}

}  // namespace

// ReduceMean(x, axes) -> ReduceMean(x) {axes}
Status axes_to_attribute(Downgrade& downgrade) {
  OutgoingNode& out = downgrade.out;
  const bool none_means_none = out.attributes.int_or("noop_with_empty_axes", 0) != 0;
  out.attributes.erase("noop_with_empty_axes");
  std::vector<std::int64_t> axes;
  if (downgrade.has_input(1)) {
    TRY_ASSIGN(axes, downgrade.constant_input(1, "axes"));
    downgrade.drop_input(1);
  }
  if (!axes.empty()) {
    out.attributes.set("axes", axes);
  } else if (none_means_none) {
    out.op = "Identity";
    out.attributes = {};
  }
  return {};
}

// Split(x) {num_outputs} -> Split(x, sizes)
Status write_split_sizes(Downgrade& downgrade) {
  downgrade.out.attributes.erase("num_outputs");
  if (downgrade.has_input(1)) return {};
  const int rank = downgrade.input_type(0).shape.rank();
  TRY_ASSIGN(const auto axis, resolved({downgrade.out.attributes.int_or("axis", 0)}, rank));
  std::vector<std::int64_t> sizes;
  for (std::size_t i = 0; i < downgrade.source.outputs.size(); ++i)
    sizes.push_back(downgrade.output_type(i).shape[static_cast<int>(axis[0])]);
  downgrade.set_input(1, downgrade.ints("split", sizes));
  return {};
}

Status resize_all_axes(Downgrade& downgrade) {
  if (!downgrade.out.attributes.has("axes")) return {};
  const Shape& shape = downgrade.input_type(0).shape;
  TRY_ASSIGN(const auto axes, resolved(downgrade.out.attributes.ints_or("axes", {}), shape.rank()));
  downgrade.out.attributes.erase("axes");
  TRY(spread_floats(downgrade, 1, "roi", axes, 2, 0.0f));
  TRY(spread_floats(downgrade, 2, "scales", axes, 1, 1.0f));
  if (!downgrade.has_input(3)) return {};
  TRY_ASSIGN(const auto given, downgrade.constant_input(3, "sizes"));
  TRY_ASSIGN(const auto sizes, spread(given, axes, static_cast<std::size_t>(shape.rank()), 1,
                                      [&](std::size_t, std::size_t axis) { return shape[static_cast<int>(axis)]; }));
  downgrade.set_input(3, downgrade.ints("sizes", sizes));
  return {};
}

Status pad_all_axes(Downgrade& downgrade) {
  if (!downgrade.has_input(3)) return {};
  const int rank = downgrade.input_type(0).shape.rank();
  TRY_ASSIGN(const auto given_axes, downgrade.constant_input(3, "axes"));
  TRY_ASSIGN(const auto axes, resolved(given_axes, rank));
  TRY_ASSIGN(const auto given, downgrade.constant_input(1, "pads"));
  TRY_ASSIGN(const auto pads, spread(given, axes, static_cast<std::size_t>(rank), 2,
                                     [](std::size_t, std::size_t) { return std::int64_t{0}; }));
  downgrade.set_input(1, downgrade.ints("pads", pads));
  downgrade.drop_input(3);
  return {};
}

}  // namespace diolkos::formats::onnx_io
