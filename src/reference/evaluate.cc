#include "reference/evaluate.h"

#include <fmt/format.h>

#include "reference/convert.h"
#include "reference/operators.h"
#include "reference/quantized/quantized.h"

namespace diolkos::reference {
namespace {

using graph::Op;

struct Operator {
  Status (*evaluate)(const Call& call);
  bool takes_half;  // moves float16 and bfloat16 as they are; others are given float32 instead
};

Operator operator_of(Op op) {
  switch (op) {
    case Op::Conv:
    case Op::FusedConv: return {conv, false};
    case Op::ConvTranspose: return {conv_transpose, false};
    case Op::ConvInteger: return {conv_integer, false};
    case Op::QLinearConv: return {qlinear_conv, false};
    case Op::FusedAttention: return {attention, false};
    case Op::Gemm: return {gemm, false};
    case Op::MatMul: return {matmul, false};
    case Op::BatchNormalization: return {batch_norm, false};
    case Op::InstanceNormalization: return {instance_norm, false};
    case Op::LayerNormalization: return {layer_norm, false};
    case Op::GroupNormalization: return {group_norm, false};
    case Op::MaxPool: return {max_pool, false};
    case Op::AveragePool: return {average_pool, false};
    case Op::GlobalAveragePool:
    case Op::GlobalMaxPool: return {global_pool, false};
    case Op::ReduceMean:
    case Op::ReduceSum:
    case Op::ReduceMax:
    case Op::ReduceMin:
    case Op::ReduceProd: return {reduce, false};
    case Op::ArgMax:
    case Op::ArgMin: return {arg_reduce, false};
    case Op::Softmax:
    case Op::LogSoftmax: return {softmax, false};
    case Op::Relu:
    case Op::Clip:
    case Op::Abs:
    case Op::Neg: return {unary_number, false};
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
    case Op::Floor:
    case Op::Ceil:
    case Op::Round:
    case Op::Erf:
    case Op::Gelu:
    case Op::Sin:
    case Op::Cos: return {unary, false};
    case Op::Not: return {logical_not, false};
    case Op::Dropout: return {dropout, true};
    case Op::Cast:
    case Op::CastLike: return {cast, true};
    case Op::Add:
    case Op::Sub:
    case Op::Mul:
    case Op::Div:
    case Op::Mod:
    case Op::PRelu: return {arithmetic, false};
    case Op::Pow: return {power, false};
    case Op::Max:
    case Op::Min: return {extreme, false};
    case Op::Equal:
    case Op::Greater:
    case Op::GreaterOrEqual:
    case Op::Less:
    case Op::LessOrEqual: return {compare, false};
    case Op::And:
    case Op::Or: return {logic, false};
    case Op::Where: return {where, true};
    case Op::Resize: return {resize, false};
    case Op::DepthToSpace: return {depth_to_space, true};
    case Op::SpaceToDepth: return {space_to_depth, true};
    case Op::Shape:
    case Op::Size: return {shape, true};
    case Op::Constant: return {constant, true};
    case Op::ConstantOfShape: return {constant_of_shape, true};
    case Op::Range: return {range, false};
    case Op::Identity:
    case Op::Reshape:
    case Op::Flatten:
    case Op::Squeeze:
    case Op::Unsqueeze: return {copy, true};
    case Op::Transpose: return {transpose, true};
    case Op::Concat: return {concat, true};
    case Op::Split: return {split, true};
    case Op::Slice: return {slice, true};
    case Op::Gather: return {gather, true};
    case Op::GatherElements: return {gather_elements, true};
    case Op::Expand: return {expand, true};
    case Op::Tile: return {tile, true};
    case Op::Pad: return {pad, true};
    case Op::QuantizeLinear: return {quantize, false};
    case Op::DequantizeLinear: return {dequantize, false};
  }
  return {nullptr, false};
}

bool is_half(const Tensor& tensor) { return tensor.dtype() == DType::float16 || tensor.dtype() == DType::bfloat16; }

bool any_half(std::span<const Tensor> tensors) {
  for (const Tensor& tensor : tensors)
    if (is_half(tensor)) return true;
  return false;
}

// Widens half types, computes in float32, and rounds the results back.
Status evaluate_widened(const Operator& chosen, const graph::NodeView& view, std::span<const Tensor> inputs,
                        std::span<Tensor> outputs) {
  std::vector<Tensor> wide_inputs(inputs.begin(), inputs.end());
  for (Tensor& tensor : wide_inputs)
    if (is_half(tensor)) {
      TRY_ASSIGN(tensor, to_float32(tensor));
    }
  std::vector<Tensor> wide_outputs(outputs.begin(), outputs.end());
  for (Tensor& tensor : wide_outputs)
    if (is_half(tensor)) {
      TRY_ASSIGN(tensor, Tensor::zeros(DType::float32, tensor.shape()));
    }
  TRY(chosen.evaluate({view, wide_inputs, wide_outputs}));
  for (std::size_t i = 0; i < outputs.size(); ++i)
    if (is_half(outputs[i])) TRY(convert(wide_outputs[i], outputs[i]));
  return {};
}

}  // namespace

Status evaluate(const graph::Graph& graph, const graph::Node& node, std::span<const Tensor> inputs,
                std::span<Tensor> outputs) {
  const Call call{graph::NodeView(graph, node), inputs, outputs};
  return quantized::computes(call) ? quantized::evaluate(call) : evaluate_plain(graph, node, inputs, outputs);
}

Status evaluate_plain(const graph::Graph& graph, const graph::Node& node, std::span<const Tensor> inputs,
                      std::span<Tensor> outputs) {
  const Operator chosen = operator_of(node.op);
  const graph::NodeView view(graph, node);
  if (chosen.evaluate == nullptr) return view.error("no reference operator");
  for (const Tensor& output : outputs)
    if (!output.defined()) return view.error("an output has not been allocated");
  if (!chosen.takes_half && (any_half(inputs) || any_half(outputs)))
    return evaluate_widened(chosen, view, inputs, outputs);
  return chosen.evaluate({view, inputs, outputs});
}

}  // namespace diolkos::reference
