// Reshape, Transpose, Concat, Split, Slice and Pad.
#include <algorithm>

#include <fmt/format.h>

#include "formats/tflite/lowering.h"
#include "graph/pad_parameters.h"
#include "graph/slice_parameters.h"
#include "graph/split_sizes.h"

namespace diolkos::tflite {
namespace {

std::int32_t narrow(std::int64_t value) { return static_cast<std::int32_t>(value); }

std::vector<std::int32_t> dims_of(const Shape& shape) {
  std::vector<std::int32_t> dims;
  for (std::int64_t dim : shape) dims.push_back(narrow(dim));
  return dims;
}

// Whether the elements of an image lie in the same order in NCHW and NHWC.
bool order_is_kept(const Shape& nchw) { return nchw.rank() != 4 || nchw[1] == 1 || nchw[2] * nchw[3] == 1; }

std::vector<std::int32_t> as_axes(const Permutation& permutation) {
  return {permutation.begin(), permutation.end()};
}

}  // namespace

Status lower_reshape(Lowering& to, const graph::Node& node) {
  const Shape& from = to.shape(node.input(0));
  const Shape& wanted = to.shape(node.output());
  const std::string& name = to.value(node.output()).name;
  TRY_ASSIGN(int input, to.tensor(node.input(0)));
  if (from == wanted) {
    to.alias(node.output(), input);
    return {};
  }
  if (!order_is_kept(from)) input = to.transpose(input, as_axes(kToNchw), name + "/nchw");
  Options options;
  if (order_is_kept(wanted)) {
    const int output = to.output_tensor(node.output());
    options.shape = dims_of(to.model.tensor(output).shape);
    to.emit(Builtin::reshape, {input, to.ints(name + "/shape", options.shape)}, {output}, options);
    return {};
  }
  options.shape = dims_of(wanted);
  const int reshaped = to.like(input, name + "/nchw", wanted);
  to.emit(Builtin::reshape, {input, to.ints(name + "/shape", options.shape)}, {reshaped}, options);
  const int output = to.output_tensor(node.output());
  to.emit(Builtin::transpose, {reshaped, to.ints(name + "/axes", as_axes(kToNhwc))}, {output});
  return {};
}

Status lower_transpose(Lowering& to, const graph::Node& node) {
  const int rank = to.shape(node.input(0)).rank();
  std::vector<std::int64_t> reversed;
  for (int i = rank - 1; i >= 0; --i) reversed.push_back(i);
  const auto given = node.attributes.ints_or("perm", reversed);
  // Of the NHWC output's axis i: which axis of the NHWC input.
  std::vector<std::int32_t> axes(static_cast<std::size_t>(rank));
  for (int axis = 0; axis < rank; ++axis)
    axes[static_cast<std::size_t>(axis_to_nhwc(axis, rank))] =
        axis_to_nhwc(static_cast<int>(given[static_cast<std::size_t>(axis)]), rank);
  TRY_ASSIGN(const int input, to.tensor(node.input(0)));
  if (std::is_sorted(axes.begin(), axes.end())) {
    to.alias(node.output(), input);
    return {};
  }
  const int order = to.ints(fmt::format("{}/axes", to.value(node.output()).name), axes);
  to.emit(Builtin::transpose, {input, order}, {to.output_tensor(node.output())});
  return {};
}

Status lower_concat(Lowering& to, const graph::Node& node) {
  const int rank = to.shape(node.output()).rank();
  TRY_ASSIGN(const int axis, graph::NodeView(to.graph, node).axis(node.attributes.int_or("axis", 0), rank));
  std::vector<int> inputs;
  for (graph::ValueId id : node.inputs) {
    TRY_ASSIGN(const int input, to.tensor(id));
    inputs.push_back(input);
  }
  Options options;
  options.axis = axis_to_nhwc(axis, rank);
  to.emit(Builtin::concatenation, std::move(inputs), {to.output_tensor(node.output())}, options);
  return {};
}

Status lower_split(Lowering& to, const graph::Node& node) {
  const graph::NodeView view(to.graph, node);
  const Shape& shape = to.shape(node.input(0));
  TRY_ASSIGN(const int axis, view.axis(node.attributes.int_or("axis", 0), shape.rank()));
  TRY_ASSIGN(const auto parts, graph::split_sizes(view, shape[axis]));
  TRY_ASSIGN(const int input, to.tensor(node.input(0)));
  const std::string& name = to.value(node.output()).name;
  std::vector<std::int32_t> sizes;
  for (std::int64_t size : parts) sizes.push_back(narrow(size));
  std::vector<int> outputs;
  for (graph::ValueId id : node.outputs) outputs.push_back(to.output_tensor(id));
  Options options;
  options.num_splits = narrow(static_cast<std::int64_t>(parts.size()));
  const int axis_tensor = to.constant(name + "/axis", Tensor::scalar(narrow(axis_to_nhwc(axis, shape.rank()))));
  to.emit(Builtin::split_v, {input, to.ints(name + "/sizes", sizes), axis_tensor}, std::move(outputs), options);
  return {};
}

Status lower_slice(Lowering& to, const graph::Node& node) {
  const graph::NodeView view(to.graph, node);
  TRY_ASSIGN(const auto axes, graph::resolve_slice(view));
  const int rank = static_cast<int>(axes.size());
  std::vector<std::int32_t> begin(axes.size()), end(axes.size()), step(axes.size());
  for (int i = 0; i < rank; ++i) {
    const graph::SliceAxis& axis = axes[static_cast<std::size_t>(i)];
    if (axis.step < 0) return not_in_tflite(node, "a negative step is not written");
    const auto at = static_cast<std::size_t>(axis_to_nhwc(i, rank));
    begin[at] = narrow(axis.start);
    end[at] = narrow(axis.count == 0 ? axis.start : axis.start + (axis.count - 1) * axis.step + 1);
    step[at] = narrow(axis.step);
  }
  TRY_ASSIGN(const int input, to.tensor(node.input(0)));
  const std::string& name = to.value(node.output()).name;
  to.emit(Builtin::strided_slice,
          {input, to.ints(name + "/begin", begin), to.ints(name + "/end", end), to.ints(name + "/step", step)},
          {to.output_tensor(node.output())});
  return {};
}

Status lower_pad(Lowering& to, const graph::Node& node) {
  TRY_ASSIGN(const graph::PadParameters pad, graph::resolve_pad(graph::NodeView(to.graph, node)));
  const int rank = static_cast<int>(pad.begin.size());
  const std::string& name = to.value(node.output()).name;
  std::vector<std::int32_t> table(pad.begin.size() * 2);
  for (int i = 0; i < rank; ++i) {
    const auto from = static_cast<std::size_t>(i);
    const auto at = static_cast<std::size_t>(axis_to_nhwc(i, rank)) * 2;
    if (pad.begin[from] < 0 || pad.end[from] < 0) return not_in_tflite(node, "negative pads; say Slice instead");
    table[at] = narrow(pad.begin[from]);
    table[at + 1] = narrow(pad.end[from]);
  }
  TRY_ASSIGN(const int input, to.tensor(node.input(0)));
  const int amounts = to.constant(name + "/pads", Tensor::of(Shape{rank, 2}, std::span<const std::int32_t>(table)));
  float fill = 0;
  if (pad.mode == graph::PadMode::constant && node.input(2) != graph::kNoValue) {
    const auto value = graph::constant_scalar(to.graph, node.input(2));
    if (!value) return not_in_tflite(node, "the value that it pads with is not a constant number");
    fill = *value;
  }
  Options options;
  if (pad.mode == graph::PadMode::reflect) {
    to.emit(Builtin::mirror_pad, {input, amounts}, {to.output_tensor(node.output())}, options);
  } else if (pad.mode != graph::PadMode::constant) {
    return not_in_tflite(node, "TFLite pads with a constant or by reflection");
  } else if (fill == 0) {
    to.emit(Builtin::pad, {input, amounts}, {to.output_tensor(node.output())});
  } else {
    const int value = to.constant(name + "/fill", Tensor::of<float>(Shape{1}, {fill}));
    to.emit(Builtin::padv2, {input, amounts, value}, {to.output_tensor(node.output())});
  }
  return {};
}

}  // namespace diolkos::tflite
