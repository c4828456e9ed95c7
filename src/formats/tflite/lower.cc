#include "formats/tflite/lower.h"

#include <fmt/format.h>

#include "formats/tflite/lowering.h"

namespace diolkos::tflite {
namespace {

using graph::Op;

Status lower_node(Lowering& to, const graph::Node& node) {
  switch (node.op) {
    case Op::Conv: return lower_conv(to, node);
    case Op::ConvTranspose: return lower_conv_transpose(to, node);
    case Op::Gemm: return lower_gemm(to, node);
    case Op::MatMul: return lower_matmul(to, node);
    case Op::MaxPool:
    case Op::AveragePool: return lower_pool(to, node);
    case Op::GlobalAveragePool:
    case Op::GlobalMaxPool: return lower_global_pool(to, node);
    case Op::ReduceMean:
    case Op::ReduceSum:
    case Op::ReduceMax:
    case Op::ReduceMin:
    case Op::ReduceProd: return lower_reduce(to, node);
    case Op::ArgMax:
    case Op::ArgMin: return lower_arg(to, node);
    case Op::Softmax: return lower_softmax(to, node);
    case Op::Relu:
    case Op::Clip: return lower_clip(to, node);
    case Op::HardSwish: return lower_unary(to, node, Builtin::hard_swish);
    case Op::Sigmoid: return lower_unary(to, node, Builtin::logistic);
    case Op::Tanh: return lower_unary(to, node, Builtin::tanh);
    case Op::LeakyRelu: return lower_unary(to, node, Builtin::leaky_relu);
    case Op::Elu: return lower_unary(to, node, Builtin::elu);
    case Op::Exp: return lower_unary(to, node, Builtin::exp);
    case Op::Log: return lower_unary(to, node, Builtin::log);
    case Op::Sqrt: return lower_unary(to, node, Builtin::sqrt);
    case Op::Abs: return lower_unary(to, node, Builtin::abs);
    case Op::Neg: return lower_unary(to, node, Builtin::neg);
    case Op::Floor: return lower_unary(to, node, Builtin::floor);
    case Op::Ceil: return lower_unary(to, node, Builtin::ceil);
    case Op::Round: return lower_unary(to, node, Builtin::round);
    case Op::Add: return lower_binary(to, node, Builtin::add);
    case Op::Sub: return lower_binary(to, node, Builtin::sub);
    case Op::Mul: return lower_binary(to, node, Builtin::mul);
    case Op::Div: return lower_binary(to, node, Builtin::div);
    case Op::Pow: return lower_binary(to, node, Builtin::pow);
    case Op::Max: return lower_binary(to, node, Builtin::maximum);
    case Op::Min: return lower_binary(to, node, Builtin::minimum);
    case Op::PRelu: return lower_prelu(to, node);
    case Op::Cast: return lower_cast(to, node);
    case Op::Resize: return lower_resize(to, node);
    case Op::DepthToSpace:
    case Op::SpaceToDepth: return lower_space_depth(to, node);
    case Op::Reshape:
    case Op::Flatten:
    case Op::Squeeze:
    case Op::Unsqueeze: return lower_reshape(to, node);
    case Op::Transpose: return lower_transpose(to, node);
    case Op::Concat: return lower_concat(to, node);
    case Op::Split: return lower_split(to, node);
    case Op::Slice: return lower_slice(to, node);
    case Op::Pad: return lower_pad(to, node);
    case Op::Identity:
    case Op::Dropout: {
      TRY_ASSIGN(const int source, to.tensor(node.input(0)));
      to.alias(node.output(), source);
      return {};
    }
    default:
      return not_in_tflite(node,
                           "not written to TFLite; cut the network in front of it (--output), or keep the ONNX file");
  }
}

Status lower_inputs(Lowering& to) {
  for (graph::ValueId id : to.graph.inputs()) {
    const graph::Value& value = to.value(id);
    if (!value.type.known())
      return invalid(fmt::format("input '{}' has an open shape; give the network a size", value.name));
    to.model.inputs.push_back({value.name, to.output_tensor(id)});
  }
  return {};
}

// A graph output that is an input, a constant or another output's tensor needs a tensor of its own kind: TFLite takes
// any tensor as an output, so only the name is the graph's.
Status lower_outputs(Lowering& to) {
  for (graph::ValueId id : to.graph.outputs()) {
    TRY_ASSIGN(const int tensor, to.tensor(id));
    to.model.outputs.push_back({to.value(id).name, tensor});
  }
  return {};
}

}  // namespace

Result<Model> lower(const graph::Graph& graph) {
  Lowering to(graph);
  to.model.description = "written by diolkos";
  to.model.metadata.insert(graph.metadata.begin(), graph.metadata.end());
  to.model.metadata["diolkos.layout"] = "NHWC";
  to.model.metadata["diolkos.original_layout"] = "NCHW";
  TRY(lower_inputs(to));
  for (graph::NodeId id : graph.order()) {
    if (!to.fused(id)) TRY(lower_node(to, graph.node(id)));
  }
  TRY(lower_outputs(to));
  drop_unused_tensors(to.model);
  return std::move(to.model);
}

}  // namespace diolkos::tflite
