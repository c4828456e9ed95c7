// Operators that move elements: resize, concatenation, reshape, transpose, pad, slice, split.
#include <algorithm>

#include <fmt/format.h>

#include "formats/tflite/raising.h"

namespace diolkos::tflite {
namespace {

using graph::Op;
using graph::ValueId;
using Ints = std::vector<std::int64_t>;

int axis_to_nchw(int axis, int rank) { return rank == 4 ? kToNhwc[static_cast<std::size_t>(axis)] : axis; }

Result<int> checked_axis(std::int64_t axis, int rank) {
  if (axis < -rank || axis >= rank) return invalid(fmt::format("axis {} is outside a rank of {}", axis, rank));
  return static_cast<int>(axis < 0 ? axis + rank : axis);
}

// One entry an axis, from NHWC's order to NCHW's.
Ints turned(const Ints& entries) {
  if (entries.size() != 4) return entries;
  return {entries[0], entries[3], entries[1], entries[2]};
}

bool order_is_kept(const Shape& nhwc) { return nhwc.rank() != 4 || nhwc[3] == 1 || nhwc[1] * nhwc[2] == 1; }

Ints dims_of(const Shape& shape) { return {shape.begin(), shape.end()}; }

}  // namespace

Status raise_resize(Raising& to, const Operator& op) {
  const TensorInfo& input = to.tensor(op, 0);
  TRY_ASSIGN(const Ints size, to.ints(op, 1, "size"));
  if (input.shape.rank() != 4 || size.size() != 2)
    return invalid(fmt::format("of {} to {} sizes", to_string(input.shape), size.size()));
  const bool bilinear = op.builtin == Builtin::resize_bilinear;
  const Options& o = op.options;
  if (o.align_corners && o.half_pixel_centers) return invalid("has both align_corners and half_pixel_centers");
  graph::Attributes attributes{{"mode", std::string(bilinear ? "linear" : "nearest")}};
  attributes.set("coordinate_transformation_mode",
                 std::string(o.align_corners ? "align_corners" : o.half_pixel_centers ? "half_pixel" : "asymmetric"));
  if (!bilinear)
    attributes.set("nearest_mode",
                   std::string(o.align_corners || o.half_pixel_centers ? "round_prefer_ceil" : "floor"));
  TRY_ASSIGN(const ValueId x, to.value(op.inputs[0]));
  const ValueId sizes = to.add_ints(to.result(op).name + "/sizes", {input.shape[0], input.shape[3], size[0], size[1]});
  return to.emit(op, Op::Resize, {x, graph::kNoValue, graph::kNoValue, sizes}, std::move(attributes));
}

Status raise_space_depth(Raising& to, const Operator& op) {
  TRY_ASSIGN(const ValueId x, to.value(op.inputs[0]));
  graph::Attributes attributes{{"blocksize", std::int64_t{op.options.block_size}}};
  return to.emit(op, op.builtin == Builtin::space_to_depth ? Op::SpaceToDepth : Op::DepthToSpace, {x},
                 std::move(attributes));
}

Status raise_concat(Raising& to, const Operator& op) {
  const int rank = to.result(op).shape.rank();
  TRY_ASSIGN(const int axis, checked_axis(op.options.axis, rank));
  std::vector<ValueId> inputs;
  for (int tensor : op.inputs) {
    TRY_ASSIGN(const ValueId input, to.value(tensor));
    inputs.push_back(input);
  }
  return to.emit(op, Op::Concat, std::move(inputs), {{"axis", std::int64_t{axis_to_nchw(axis, rank)}}});
}

// The new shape is the output's: whatever the file says it by (an option, a tensor, dropped axes).
Status raise_reshape(Raising& to, const Operator& op) {
  const TensorInfo& from = to.tensor(op, 0);
  const TensorInfo& info = to.result(op);
  TRY_ASSIGN(ValueId x, to.value(op.inputs[0]));
  if (from.shape.elements() != info.shape.elements())
    return invalid(fmt::format("{} cannot become {}", to_string(from.shape), to_string(info.shape)));
  if (!order_is_kept(from.shape))
    x = to.add(Op::Transpose, info.name + "/nhwc", {x}, {{"perm", Ints{0, 2, 3, 1}}}, from.quantization, from.dtype);
  if (order_is_kept(info.shape)) {
    const ValueId shape = to.add_ints(info.name + "/shape", turned(dims_of(info.shape)));
    return to.emit(op, Op::Reshape, {x, shape});
  }
  const ValueId shape = to.add_ints(info.name + "/shape", dims_of(info.shape));
  x = to.add(Op::Reshape, info.name + "/reshaped", {x, shape}, {}, info.quantization, info.dtype);
  return to.emit(op, Op::Transpose, {x}, {{"perm", Ints{0, 3, 1, 2}}});
}

Status raise_transpose(Raising& to, const Operator& op) {
  const int rank = to.tensor(op, 0).shape.rank();
  TRY_ASSIGN(const Ints given, to.ints(op, 1, "axes"));
  if (given.size() != static_cast<std::size_t>(rank))
    return invalid(fmt::format("{} axes for a rank of {}", given.size(), rank));
  Ints axes(given.size());
  for (std::size_t i = 0; i < given.size(); ++i) {
    TRY_ASSIGN(const int axis, checked_axis(given[i], rank));
    axes[static_cast<std::size_t>(axis_to_nchw(static_cast<int>(i), rank))] = axis_to_nchw(axis, rank);
  }
  TRY_ASSIGN(const ValueId x, to.value(op.inputs[0]));
  return to.emit(op, Op::Transpose, {x}, {{"perm", axes}});
}

Status raise_pad(Raising& to, const Operator& op) {
  const TensorInfo& input = to.tensor(op, 0);
  TRY_ASSIGN(const Ints table, to.ints(op, 1, "pads"));
  const auto rank = static_cast<std::size_t>(input.shape.rank());
  if (table.size() != 2 * rank) return invalid(fmt::format("{} pads for a rank of {}", table.size(), rank));
  Ints begin, end;
  for (std::size_t i = 0; i < rank; ++i) {
    begin.push_back(table[2 * i]);
    end.push_back(table[2 * i + 1]);
  }
  Ints pads = turned(begin);
  const Ints behind = turned(end);
  pads.insert(pads.end(), behind.begin(), behind.end());
  const std::string& name = to.result(op).name;
  TRY_ASSIGN(const ValueId x, to.value(op.inputs[0]));
  std::vector<ValueId> inputs{x, to.add_ints(name + "/pads", pads)};
  if (op.builtin == Builtin::mirror_pad) {
    if (op.options.mirror_symmetric) return unsupported("symmetric mirroring");
    return to.emit(op, Op::Pad, std::move(inputs), {{"mode", std::string("reflect")}});
  }
  if (op.builtin == Builtin::padv2) {
    const TensorInfo& fill = to.tensor(op, 2);
    if (!fill.is_constant() || fill.shape.elements() != 1) return unsupported("a computed value to pad with");
    inputs.push_back(to.add_typed(name + "/fill", fill.data.reshaped(Shape{}),
                                  is_float(fill.dtype) ? std::nullopt : fill.quantization, -1));
  }
  if (op.builtin == Builtin::pad && input.quantization) {  // with what stands for 0
    TRY_ASSIGN(Tensor zero, Tensor::zeros(input.dtype, Shape{}));
    const std::int64_t point = input.quantization->zero_points[0];
    for (std::size_t byte = 0; byte < zero.bytes(); ++byte)
      zero.mutable_data()[byte] = static_cast<std::byte>(point >> (8 * byte));
    inputs.push_back(to.add_typed(name + "/zero", std::move(zero), input.quantization, -1));
  }
  return to.emit(op, Op::Pad, std::move(inputs));
}

Status raise_slice(Raising& to, const Operator& op) {
  const Shape& shape = to.tensor(op, 0).shape;
  const auto rank = static_cast<std::size_t>(shape.rank());
  const bool strided = op.builtin == Builtin::strided_slice;
  TRY_ASSIGN(Ints begin, to.ints(op, 1, "begin"));
  TRY_ASSIGN(Ints end, to.ints(op, 2, strided ? "end" : "size"));
  Ints step(rank, 1);
  if (strided) {
    TRY_ASSIGN(step, to.ints(op, 3, "strides"));
    if (op.options.ellipsis_mask != 0 || op.options.new_axis_mask != 0 || op.options.shrink_axis_mask != 0)
      return unsupported("ellipsis, new or shrunk axes");
  }
  if (begin.size() != rank || end.size() != rank || step.size() != rank)
    return invalid(
        fmt::format("{} begins, {} ends and {} strides for a rank of {}", begin.size(), end.size(), step.size(), rank));
  for (std::size_t i = 0; i < rank; ++i) {
    const std::int64_t extent = shape[static_cast<int>(i)];
    if (!strided) {
      end[i] = end[i] == -1 ? extent : begin[i] + end[i];
      continue;
    }
    if (step[i] == 0) return invalid("a stride of 0");
    const int bit = 1 << i;
    if ((op.options.begin_mask & bit) != 0) begin[i] = step[i] > 0 ? 0 : extent - 1;
    if ((op.options.end_mask & bit) != 0) end[i] = step[i] > 0 ? extent : -extent - 1;
  }
  const std::string& name = to.result(op).name;
  Ints axes(rank);
  for (std::size_t i = 0; i < rank; ++i) axes[i] = axis_to_nchw(static_cast<int>(i), static_cast<int>(rank));
  TRY_ASSIGN(const ValueId x, to.value(op.inputs[0]));
  return to.emit(op, Op::Slice, {x, to.add_ints(name + "/starts", begin), to.add_ints(name + "/ends", end),
                                 to.add_ints(name + "/axes", axes), to.add_ints(name + "/steps", step)});
}

Status raise_split(Raising& to, const Operator& op) {
  const bool sized = op.builtin == Builtin::split_v;
  const std::size_t data_input = sized ? 0 : 1;
  const TensorInfo& input = to.tensor(op, data_input);
  TRY_ASSIGN(const Ints given, to.ints(op, sized ? 2 : 0, "axis"));
  if (given.size() != 1) return invalid(fmt::format("{} axes, expected 1", given.size()));
  TRY_ASSIGN(const int axis, checked_axis(given[0], input.shape.rank()));
  Ints sizes;
  for (int output : op.outputs) {
    const Shape& part = to.model.tensor(output).shape;
    if (part.rank() != input.shape.rank())
      return invalid(fmt::format("a part is {} of {}", to_string(part), to_string(input.shape)));
    sizes.push_back(part[axis]);
  }
  const std::string& name = to.result(op).name;
  TRY_ASSIGN(const ValueId x, to.value(op.inputs[data_input]));
  const graph::NodeId node = to.graph.add_node(Op::Split, name, {x, to.add_ints(name + "/sizes", sizes)},
                                               {{"axis", std::int64_t{axis_to_nchw(axis, input.shape.rank())}}},
                                               static_cast<int>(op.outputs.size()));
  for (std::size_t i = 0; i < op.outputs.size(); ++i) {
    const TensorInfo& part = to.model.tensor(op.outputs[i]);
    const ValueId id = to.graph.node(node).outputs[i];
    const graph::TensorType type = Raising::type_of(part);
    if (type.quantization) {
      to.graph.value(id).type.dtype = type.dtype;
      to.graph.value(id).type.quantization = type.quantization;
    }
    to.define(op.outputs[i], id);
  }
  return {};
}

}  // namespace diolkos::tflite
