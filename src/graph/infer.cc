#include "graph/infer.h"

#include <fmt/format.h>

#include "graph/arity.h"
#include "graph/infer_rules.h"

namespace diolkos::graph {
namespace {

// More than any machine that runs Diolkos addresses: such shapes come from broken files.
constexpr std::int64_t kMaxBytes = std::int64_t{1} << 40;

Types apply_rule(const NodeView& view) {
  switch (view.node().op) {
    case Op::Conv:
    case Op::FusedConv:
    case Op::ConvInteger:
    case Op::QLinearConv: return infer_conv(view);
    case Op::ConvTranspose: return infer_conv_transpose(view);
    case Op::FusedAttention: return infer_attention(view);
    case Op::Gemm: return infer_gemm(view);
    case Op::MatMul: return infer_matmul(view);
    case Op::BatchNormalization: return infer_batch_norm(view);
    case Op::InstanceNormalization: return infer_instance_norm(view);
    case Op::LayerNormalization: return infer_layer_norm(view);
    case Op::GroupNormalization: return infer_group_norm(view);
    case Op::MaxPool:
    case Op::AveragePool: return infer_pool(view);
    case Op::GlobalAveragePool:
    case Op::GlobalMaxPool: return infer_global_pool(view);
    case Op::ReduceMean:
    case Op::ReduceSum:
    case Op::ReduceMax:
    case Op::ReduceMin:
    case Op::ReduceProd: return infer_reduce(view);
    case Op::ArgMax:
    case Op::ArgMin: return infer_arg_reduce(view);
    case Op::Softmax:
    case Op::LogSoftmax: return infer_softmax(view);
    case Op::Clip: return infer_clip(view);
    case Op::Relu:
    case Op::HardSigmoid:
    case Op::HardSwish:
    case Op::Sigmoid:
    case Op::Swish:
    case Op::Tanh:
    case Op::LeakyRelu:
    case Op::Elu:
    case Op::Exp:
    case Op::Log:
    case Op::Sqrt:
    case Op::Reciprocal:
    case Op::Abs:
    case Op::Neg:
    case Op::Floor:
    case Op::Ceil:
    case Op::Round:
    case Op::Erf:
    case Op::Sin:
    case Op::Cos:
    case Op::Identity: return infer_unary(view);
    case Op::Gelu: return infer_gelu(view);
    case Op::Not: return infer_not(view);
    case Op::Dropout: return infer_dropout(view);
    case Op::Cast: return infer_cast(view);
    case Op::CastLike: return infer_cast_like(view);
    case Op::Add:
    case Op::Sub:
    case Op::Mul:
    case Op::Div:
    case Op::Mod:
    case Op::Max:
    case Op::Min: return infer_arithmetic(view);
    case Op::Pow: return infer_power(view);
    case Op::PRelu: return infer_prelu(view);
    case Op::Equal:
    case Op::Greater:
    case Op::GreaterOrEqual:
    case Op::Less:
    case Op::LessOrEqual: return infer_compare(view);
    case Op::And:
    case Op::Or: return infer_logic(view);
    case Op::Where: return infer_where(view);
    case Op::Resize: return infer_resize(view);
    case Op::DepthToSpace: return infer_depth_to_space(view);
    case Op::SpaceToDepth: return infer_space_to_depth(view);
    case Op::Shape: return infer_shape_op(view);
    case Op::Size: return infer_size(view);
    case Op::Constant: return infer_constant(view);
    case Op::ConstantOfShape: return infer_constant_of_shape(view);
    case Op::Range: return infer_range(view);
    case Op::Reshape: return infer_reshape(view);
    case Op::Flatten: return infer_flatten(view);
    case Op::Squeeze: return infer_squeeze(view);
    case Op::Unsqueeze: return infer_unsqueeze(view);
    case Op::Transpose: return infer_transpose(view);
    case Op::Concat: return infer_concat(view);
    case Op::Split: return infer_split(view);
    case Op::Slice: return infer_slice(view);
    case Op::Gather: return infer_gather(view);
    case Op::GatherElements: return infer_gather_elements(view);
    case Op::Expand: return infer_expand(view);
    case Op::Tile: return infer_tile(view);
    case Op::Pad: return infer_pad(view);
    case Op::QuantizeLinear: return infer_quantize(view);
    case Op::DequantizeLinear: return infer_dequantize(view);
  }
  return view.error("no shape rule");
}

Status check_inputs_known(const NodeView& view) {
  for (std::size_t i = 0; i < view.input_count(); ++i) {
    if (!view.has(i)) continue;
    const Value& value = view.graph().value(view.node().inputs[i]);
    if (value.type.dtype == DType::undefined)
      return view.error(fmt::format("the type of input {} ('{}') is not known yet", i, value.name));
    if (!value.type.shape.closed())
      return view.error(fmt::format("input {} ('{}') is {}; give the network a fixed input size", i, value.name,
                                    to_string(value.type.shape)));
    if (!value.type.shape.checked_elements())
      return view.error(
          fmt::format("input {} ('{}') is {}, which is too large", i, value.name, to_string(value.type.shape)));
  }
  return {};
}

}  // namespace

Result<std::vector<TensorType>> infer_types(const Graph& graph, const Node& node) {
  const NodeView view(graph, node);
  TRY(check_arity(view));
  TRY(check_inputs_known(view));
  TRY_ASSIGN(auto types, apply_rule(view));
  if (types.size() < node.outputs.size())
    return view.error(fmt::format("{} outputs, expected {}", node.outputs.size(), types.size()));
  types.resize(node.outputs.size());
  for (std::size_t i = 0; i < types.size(); ++i) {  // stored as integers, which stand for what was inferred
    const TensorType& known = graph.value(node.outputs[i]).type;
    if (known.quantization) types[i].dtype = known.dtype;
  }
  for (const TensorType& type : types) {
    const auto elements = type.shape.checked_elements();
    if (!elements || *elements > kMaxBytes / static_cast<std::int64_t>(size_of(type.dtype)))
      return view.error(fmt::format("an output of {} {} is too large", name_of(type.dtype), to_string(type.shape)));
  }
  return types;
}

Status infer_node(Graph& graph, NodeId id) {
  const Node& node = graph.node(id);
  TRY_ASSIGN(const auto types, infer_types(graph, node));
  for (std::size_t i = 0; i < types.size(); ++i) {
    TensorType& type = graph.value(node.outputs[i]).type;
    type.dtype = types[i].dtype;
    type.shape = types[i].shape;
  }
  return {};
}

Status infer_shapes(Graph& graph) {
  for (NodeId id : graph.order()) TRY(infer_node(graph, id));
  return {};
}

}  // namespace diolkos::graph
