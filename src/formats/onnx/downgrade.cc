#include "formats/onnx/downgrade.h"

#include <array>
#include <limits>

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include "base/half.h"
#include "formats/onnx/attribute_proto.h"
#include "formats/onnx/downgrade_rules.h"
#include "formats/onnx/tensor_proto.h"

namespace diolkos::formats::onnx_io {
namespace {

constexpr int kAlways = std::numeric_limits<int>::max();

struct Rule {
  graph::Op op;
  int below;  // applies to opsets under this one
  Status (*apply)(Downgrade& downgrade);
};

using graph::Op;

// In order; a rule that changes the operator is its last.
constexpr std::array kRules{
    Rule{Op::FusedConv, kAlways, refuse_own_operator},
    Rule{Op::FusedAttention, kAlways, refuse_own_operator},
    Rule{Op::Add, 14, refuse_narrow_integers},
    Rule{Op::Sub, 14, refuse_narrow_integers},
    Rule{Op::Mul, 14, refuse_narrow_integers},
    Rule{Op::Div, 14, refuse_narrow_integers},
    Rule{Op::Relu, 14, refuse_narrow_integers},
    Rule{Op::Conv, 22, refuse_bfloat16},
    Rule{Op::ConvTranspose, 22, refuse_bfloat16},
    Rule{Op::MaxPool, 22, refuse_bfloat16},
    Rule{Op::AveragePool, 22, refuse_bfloat16},
    Rule{Op::GlobalAveragePool, 22, refuse_bfloat16},
    Rule{Op::GlobalMaxPool, 22, refuse_bfloat16},
    Rule{Op::InstanceNormalization, 22, refuse_bfloat16},
    Rule{Op::Elu, 22, refuse_bfloat16},
    Rule{Op::HardSigmoid, 22, refuse_bfloat16},
    Rule{Op::HardSwish, 22, refuse_bfloat16},
    Rule{Op::Round, 22, refuse_bfloat16},
    Rule{Op::Swish, 24, swish_to_sigmoid},
    Rule{Op::HardSwish, 14, hard_swish_to_sigmoid},
    Rule{Op::Gelu, 20, spell_out_gelu},
    Rule{Op::LayerNormalization, 17, spell_out_layer_norm},
    Rule{Op::GroupNormalization, 21, spell_out_group_norm},
    Rule{Op::Cast, 19, drop_saturate},
    Rule{Op::Cast, 24, drop_round_mode},
    Rule{Op::CastLike, 19, drop_saturate},
    Rule{Op::CastLike, 24, drop_round_mode},
    Rule{Op::CastLike, 15, cast_like_to_cast},
    Rule{Op::Shape, 15, shape_to_constant},
    Rule{Op::ReduceMean, 18, axes_to_attribute},
    Rule{Op::ReduceMax, 18, axes_to_attribute},
    Rule{Op::ReduceMin, 18, axes_to_attribute},
    Rule{Op::ReduceProd, 18, axes_to_attribute},
    Rule{Op::Split, 18, write_split_sizes},
    Rule{Op::Resize, 18, drop_resize_antialias},
    Rule{Op::Resize, 19, refuse_new_resize_mode},
    Rule{Op::Resize, 18, resize_all_axes},
    Rule{Op::Pad, 19, refuse_wrapped_pad},
    Rule{Op::Pad, 18, pad_all_axes},
    Rule{Op::BatchNormalization, 14, drop_training_mode},
    Rule{Op::Reshape, 14, drop_allow_zero},
    Rule{Op::AveragePool, 19, drop_pool_dilations},
    Rule{Op::QuantizeLinear, 19, drop_saturate},
    Rule{Op::QuantizeLinear, 21, drop_quantized_blocks},
    Rule{Op::QuantizeLinear, 21, zero_point_for_type},
    Rule{Op::QuantizeLinear, 23, drop_quantize_precision},
    Rule{Op::DequantizeLinear, 21, drop_quantized_blocks},
    Rule{Op::DequantizeLinear, 23, drop_dequantize_type},
};

}  // namespace

Status downgrade_node(Downgrade& downgrade) {
  for (const Rule& rule : kRules)
    if (downgrade.opset < rule.below && downgrade.source.op == rule.op) TRY(rule.apply(downgrade));
  return {};
}

void write_node(const OutgoingNode& node, ::onnx::GraphProto& file) {
  auto& proto = *file.add_node();
  for (const std::string& input : node.inputs) proto.add_input(input);
  for (const std::string& output : node.outputs) proto.add_output(output);
  if (!node.name.empty()) proto.set_name(node.name);
  proto.set_op_type(node.op);
  for (const auto& [name, value] : node.attributes.entries()) write_attribute(name, value, *proto.add_attribute());
}

std::string Downgrade::helper_name(std::string_view role) const {
  std::string name = fmt::format("{}/{}", out.outputs.front(), role);
  while (graph.find_value(name) != graph::kNoValue) name += '_';
  return name;
}

std::string Downgrade::constant(std::string_view role, const Tensor& tensor) {
  const std::string name = helper_name(role);
  write_tensor(tensor, name, *file_.add_initializer());
  return name;
}

std::string Downgrade::ints(std::string_view role, const std::vector<std::int64_t>& values) {
  return constant(role, Tensor::of<std::int64_t>(Shape{static_cast<std::int64_t>(values.size())}, values));
}

Result<std::string> Downgrade::number(std::string_view role, double value, DType dtype) {
  const auto single = static_cast<float>(value);
  if (dtype == DType::float32) return constant(role, Tensor::scalar(single));
  if (dtype == DType::float64) return constant(role, Tensor::scalar(value));
  if (dtype != DType::float16 && dtype != DType::bfloat16)
    return invalid(fmt::format("is of {}, expected a floating-point type", name_of(dtype)));
  const auto bits =
      std::make_shared<std::uint16_t>(dtype == DType::float16 ? float_to_half(single) : float_to_bfloat16(single));
  return constant(role, Tensor::view(dtype, Shape{}, {bits, reinterpret_cast<const std::byte*>(bits.get())}));
}

std::string Downgrade::add(std::string_view op, std::string_view role, std::vector<std::string> inputs,
                           graph::Attributes attributes) {
  const std::string name = helper_name(role);
  write_node({std::string(op), name, std::move(inputs), {name}, std::move(attributes)}, file_);
  return name;
}

Result<std::vector<std::int64_t>> Downgrade::constant_input(std::size_t index, std::string_view what) const {
  auto values = graph::constant_ints(graph, source.input(index));
  if (values) return *std::move(values);
  return unsupported(fmt::format("{} is computed, opset {} wants it constant; fold constants first", what, opset));
}

void Downgrade::set_input(std::size_t index, std::string name) {
  if (out.inputs.size() <= index) out.inputs.resize(index + 1);
  out.inputs[index] = std::move(name);
}

void Downgrade::drop_input(std::size_t index) {
  if (index < out.inputs.size()) out.inputs[index].clear();
  while (!out.inputs.empty() && out.inputs.back().empty()) out.inputs.pop_back();
}

tl::unexpected<Error> Downgrade::needs_opset(std::string_view what, int first) const {
  return unsupported(
      fmt::format("{} came with opset {}, got opset {}; write the model as opset {}", what, first, opset, first));
}

Status Downgrade::drop_int(std::string_view attribute, std::int64_t without, int first) {
  const std::int64_t value = out.attributes.int_or(attribute, without);
  if (value != without) return needs_opset(fmt::format("{}={}", attribute, value), first);
  out.attributes.erase(attribute);
  return {};
}

}  // namespace diolkos::formats::onnx_io
