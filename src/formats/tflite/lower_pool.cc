// Pools and reductions.
#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "formats/tflite/clip_bounds.h"
#include "formats/tflite/window_padding.h"
#include "graph/reduce_axes.h"

namespace diolkos::tflite {
namespace {

using graph::Op;

// Whether every element is known to be at least 0: zeros are then as good as -inf around a max pool.
bool never_negative(const graph::Graph& graph, graph::ValueId id) {
  const graph::NodeId producer = graph.value(id).producer;
  if (producer == graph::kNoNode) return false;
  const graph::Node& node = graph.node(producer);
  if (node.op == Op::Sigmoid || node.op == Op::HardSigmoid || node.op == Op::Softmax) return true;
  const auto bounds = clip_bounds(graph, node);
  return bounds && bounds->low >= 0;
}

Status check_2d(const graph::Node& node, const graph::Window& window) {
  if (window.spatial_rank != 2)
    return not_in_tflite(node, fmt::format("a pool over {} axes; TFLite has them over 2", window.spatial_rank));
  if (window[0].dilation != 1 || window[1].dilation != 1) return not_in_tflite(node, "TFLite's pools have no dilation");
  if (node.outputs.size() > 1) return not_in_tflite(node, "TFLite's MAX_POOL_2D does not give indices");
  return {};
}

// Of an average over the input's elements only, TFLite knows the forms that SAME and VALID give.
Status check_average(const graph::Node& node, const graph::Window& window) {
  bool same = true, valid = true, inside = true;
  for (int i = 0; i < 2; ++i) {
    same = same && same_is_exact(window[i]);
    valid = valid && valid_is_exact(window[i]);
    inside = inside && needed_behind(window[i]) <= window[i].pad_end;
  }
  if (valid) return {};
  const bool counts_pads = node.attributes.int_or("count_include_pad", 0) != 0;
  if (counts_pads ? inside && !same : same) return {};
  return not_in_tflite(node,
                       "its pads are neither TFLite's SAME nor VALID; pad in front of the pool, or crop the input");
}

Status reduce(Lowering& to, const graph::Node& node, Builtin builtin, const std::vector<int>& axes, bool keep_dims) {
  const int rank = to.shape(node.input(0)).rank();
  if (rank == 4 && !keep_dims && axes.size() == 1 && axes[0] != 1)
    return not_in_tflite(node, "a spatial axis is reduced away without keepdims; keep it, and reshape behind");
  std::vector<std::int32_t> moved;
  for (int axis : axes) moved.push_back(axis_to_nhwc(axis, rank));
  std::sort(moved.begin(), moved.end());
  TRY_ASSIGN(const int input, to.tensor(node.input(0)));
  Options options;
  options.keep_dims = keep_dims;
  const int axes_tensor = to.ints(fmt::format("{}/axes", to.value(node.output()).name), moved);
  to.emit(builtin, {input, axes_tensor}, {to.output_tensor(node.output())}, options);
  return {};
}

}  // namespace

Status lower_pool(Lowering& to, const graph::Node& node) {
  TRY_ASSIGN(const graph::Window window, graph::resolve_window(to.graph, node));
  TRY(check_2d(node, window));
  const bool average = node.op == Op::AveragePool;
  if (average) TRY(check_average(node, window));
  Options options;
  options.filter_h = static_cast<std::int32_t>(window[0].kernel);
  options.filter_w = static_cast<std::int32_t>(window[1].kernel);
  TRY_ASSIGN(int input, to.tensor(node.input(0)));
  constexpr float kLowest = std::numeric_limits<float>::lowest();
  const bool zeros = average || never_negative(to.graph, node.input(0));
  input = place_window(to, window, input, to.value(node.output()).name, zeros ? nullptr : &kLowest, options);
  const int output = to.output_tensor(to.fuse_activation(node, options));
  to.emit(average ? Builtin::average_pool_2d : Builtin::max_pool_2d, {input}, {output}, options);
  return {};
}

Status lower_global_pool(Lowering& to, const graph::Node& node) {
  std::vector<int> axes;
  for (int axis = 2; axis < to.shape(node.input(0)).rank(); ++axis) axes.push_back(axis);
  return reduce(to, node, node.op == Op::GlobalAveragePool ? Builtin::mean : Builtin::reduce_max, axes, true);
}

Status lower_reduce(Lowering& to, const graph::Node& node) {
  TRY_ASSIGN(const auto axes, graph::reduce_axes(graph::NodeView(to.graph, node)));
  const bool keep_dims = node.attributes.int_or("keepdims", 1) != 0;
  const Builtin builtin = node.op == Op::ReduceMean ? Builtin::mean
                          : node.op == Op::ReduceSum ? Builtin::sum
                          : node.op == Op::ReduceMax ? Builtin::reduce_max
                          : node.op == Op::ReduceMin ? Builtin::reduce_min
                                                     : Builtin::reduce_prod;
  return reduce(to, node, builtin, axes, keep_dims);
}

Status lower_arg(Lowering& to, const graph::Node& node) {
  const graph::NodeView view(to.graph, node);
  const Shape& shape = to.shape(node.input(0));
  TRY_ASSIGN(const int axis, view.axis(node.attributes.int_or("axis", 0), shape.rank()));
  if (node.attributes.int_or("select_last_index", 0) != 0)
    return not_in_tflite(node, "TFLite takes the first of equals");
  const bool keep_dims = node.attributes.int_or("keepdims", 1) != 0;
  if (shape.rank() == 4 && axis != 1 && !keep_dims)
    return not_in_tflite(node, "over a spatial axis without keepdims; keep it, and reshape behind");
  TRY_ASSIGN(const int input, to.tensor(node.input(0)));
  const std::string& name = to.value(node.output()).name;
  const int moved = axis_to_nhwc(axis, shape.rank());
  const int axis_tensor = to.constant(name + "/axis", Tensor::scalar(static_cast<std::int32_t>(moved)));
  Options options;
  options.out_type = DType::int64;
  const Builtin builtin = node.op == Op::ArgMax ? Builtin::arg_max : Builtin::arg_min;
  if (!keep_dims) {
    to.emit(builtin, {input, axis_tensor}, {to.output_tensor(node.output())}, options);
    return {};
  }
  const Shape full = to.model.tensor(input).shape;
  Shape less;
  for (int i = 0; i < full.rank(); ++i)
    if (i != moved) less.push_back(full[i]);
  const int reduced = to.model.add_tensor({name + "/indices", DType::int64, less, {}, {}});
  to.emit(builtin, {input, axis_tensor}, {reduced}, options);
  const int output = to.output_tensor(node.output());
  Options reshape;
  for (std::int64_t dim : to.model.tensor(output).shape) reshape.shape.push_back(static_cast<std::int32_t>(dim));
  to.emit(Builtin::reshape, {reduced, to.ints(name + "/shape", reshape.shape)}, {output}, reshape);
  return {};
}

Status lower_softmax(Lowering& to, const graph::Node& node) {
  const int rank = to.shape(node.input(0)).rank();
  TRY_ASSIGN(const int axis, graph::NodeView(to.graph, node).axis(node.attributes.int_or("axis", -1), rank));
  if (axis_to_nhwc(axis, rank) != rank - 1)
    return not_in_tflite(node, "TFLite's SOFTMAX is over the channels of an image, or the last axis of other tensors");
  TRY_ASSIGN(const int input, to.tensor(node.input(0)));
  to.emit(Builtin::softmax, {input}, {to.output_tensor(node.output())});
  return {};
}

}  // namespace diolkos::tflite
