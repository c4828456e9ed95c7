// Operators that go element by element.
#include <fmt/format.h>

#include "formats/tflite/clip_bounds.h"
#include "formats/tflite/lowering.h"

namespace diolkos::tflite {
namespace {

// An operand of a broadcast, in a form that TFLite broadcasts the same way.
Result<int> operand(Lowering& to, const graph::Node& node, std::size_t input, int rank) {
  const graph::ValueId id = node.input(input);
  const graph::Value& value = to.value(id);
  const int own = value.type.shape.rank();
  if (value.is_constant()) {
    TRY_ASSIGN(Tensor moved, operand_to_nhwc(*value.constant, rank));
    return to.constant(value.name, std::move(moved));
  }
  if (own != rank && rank == 4 && own != 0)
    return not_in_tflite(node,
                         fmt::format("'{}' of rank {} is broadcast over an image; give it 4 axes", value.name, own));
  return to.tensor(id);
}

bool fuses(Builtin builtin) {
  return builtin == Builtin::add || builtin == Builtin::sub || builtin == Builtin::mul || builtin == Builtin::div;
}

}  // namespace

Status lower_unary(Lowering& to, const graph::Node& node, Builtin builtin) {
  Options options;
  options.alpha = node.attributes.float_or("alpha", 0.01f);
  if (builtin == Builtin::elu && node.attributes.float_or("alpha", 1.0f) != 1.0f)
    return not_in_tflite(node, "TFLite's ELU has alpha 1");
  TRY_ASSIGN(const int input, to.tensor(node.input(0)));
  to.emit(builtin, {input}, {to.output_tensor(node.output())}, options);
  return {};
}

Status lower_clip(Lowering& to, const graph::Node& node) {
  const auto bounds = clip_bounds(to.graph, node);
  const auto activation = bounds ? activation_of(*bounds) : std::nullopt;
  if (!activation) return not_in_tflite(node, "its bounds are not those of an activation of TFLite's");
  const Builtin builtin = *activation == Activation::relu    ? Builtin::relu
                          : *activation == Activation::relu6 ? Builtin::relu6
                                                             : Builtin::relu_n1_to_1;
  return lower_unary(to, node, builtin);
}

Status lower_binary(Lowering& to, const graph::Node& node, Builtin builtin) {
  const int rank = to.shape(node.output()).rank();
  TRY_ASSIGN(const int a, operand(to, node, 0, rank));
  TRY_ASSIGN(const int b, operand(to, node, 1, rank));
  Options options;
  options.pot_scale_int16 = false;
  const graph::ValueId output = fuses(builtin) ? to.fuse_activation(node, options) : node.output();
  to.emit(builtin, {a, b}, {to.output_tensor(output)}, options);
  return {};
}

Status lower_prelu(Lowering& to, const graph::Node& node) {
  const graph::Value& slope = to.value(node.input(1));
  if (!slope.is_constant()) return not_in_tflite(node, "its slope is computed; TFLite wants a constant");
  const int rank = to.shape(node.input(0)).rank();
  TRY_ASSIGN(const int input, to.tensor(node.input(0)));
  TRY_ASSIGN(Tensor moved, operand_to_nhwc(*slope.constant, rank));
  if (rank == 4 && moved.shape().rank() == 4) {  // TFLite's slope has no batch
    const Shape shape = moved.shape();
    moved = moved.reshaped(Shape{shape[1], shape[2], shape[3]});
  }
  const int slope_tensor = to.constant(slope.name, std::move(moved));
  to.emit(Builtin::prelu, {input, slope_tensor}, {to.output_tensor(node.output())});
  return {};
}

Status lower_cast(Lowering& to, const graph::Node& node) {
  Options options;
  options.in_type = to.value(node.input(0)).type.dtype;
  options.out_type = to.value(node.output()).type.dtype;
  TRY_ASSIGN(const int input, to.tensor(node.input(0)));
  to.emit(Builtin::cast, {input}, {to.output_tensor(node.output())}, options);
  return {};
}

}  // namespace diolkos::tflite
