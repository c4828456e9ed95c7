#include "formats/tflite/raise.h"

#include <fmt/format.h>

#include "formats/tflite/raising.h"
#include "graph/infer.h"

namespace diolkos::tflite {
namespace {

using graph::Op;

Status raise_operator(Raising& to, const Operator& op) {
  switch (op.builtin) {
    case Builtin::conv_2d:
    case Builtin::depthwise_conv_2d: return raise_conv(to, op);
    case Builtin::transpose_conv: return raise_transpose_conv(to, op);
    case Builtin::fully_connected: return raise_fully_connected(to, op);
    case Builtin::average_pool_2d:
    case Builtin::max_pool_2d: return raise_pool(to, op);
    case Builtin::add: return raise_binary(to, op, Op::Add);
    case Builtin::sub: return raise_binary(to, op, Op::Sub);
    case Builtin::mul: return raise_binary(to, op, Op::Mul);
    case Builtin::div: return raise_binary(to, op, Op::Div);
    case Builtin::pow: return raise_binary(to, op, Op::Pow);
    case Builtin::maximum: return raise_binary(to, op, Op::Max);
    case Builtin::minimum: return raise_binary(to, op, Op::Min);
    case Builtin::relu:
    case Builtin::relu6:
    case Builtin::relu_n1_to_1: return raise_clip(to, op);
    case Builtin::logistic: return raise_unary(to, op, Op::Sigmoid);
    case Builtin::tanh: return raise_unary(to, op, Op::Tanh);
    case Builtin::hard_swish: return raise_unary(to, op, Op::HardSwish);
    case Builtin::leaky_relu: return raise_unary(to, op, Op::LeakyRelu);
    case Builtin::elu: return raise_unary(to, op, Op::Elu);
    case Builtin::exp: return raise_unary(to, op, Op::Exp);
    case Builtin::log: return raise_unary(to, op, Op::Log);
    case Builtin::sqrt: return raise_unary(to, op, Op::Sqrt);
    case Builtin::abs: return raise_unary(to, op, Op::Abs);
    case Builtin::neg: return raise_unary(to, op, Op::Neg);
    case Builtin::floor: return raise_unary(to, op, Op::Floor);
    case Builtin::ceil: return raise_unary(to, op, Op::Ceil);
    case Builtin::round: return raise_unary(to, op, Op::Round);
    case Builtin::prelu: return raise_prelu(to, op);
    case Builtin::softmax: return raise_softmax(to, op);
    case Builtin::mean: return raise_reduce(to, op, Op::ReduceMean);
    case Builtin::sum: return raise_reduce(to, op, Op::ReduceSum);
    case Builtin::reduce_max: return raise_reduce(to, op, Op::ReduceMax);
    case Builtin::reduce_min: return raise_reduce(to, op, Op::ReduceMin);
    case Builtin::reduce_prod: return raise_reduce(to, op, Op::ReduceProd);
    case Builtin::arg_max: return raise_arg(to, op, Op::ArgMax);
    case Builtin::arg_min: return raise_arg(to, op, Op::ArgMin);
    case Builtin::resize_bilinear:
    case Builtin::resize_nearest_neighbor: return raise_resize(to, op);
    case Builtin::space_to_depth:
    case Builtin::depth_to_space: return raise_space_depth(to, op);
    case Builtin::concatenation: return raise_concat(to, op);
    case Builtin::reshape:
    case Builtin::squeeze:
    case Builtin::expand_dims: return raise_reshape(to, op);
    case Builtin::transpose: return raise_transpose(to, op);
    case Builtin::pad:
    case Builtin::padv2:
    case Builtin::mirror_pad: return raise_pad(to, op);
    case Builtin::slice:
    case Builtin::strided_slice: return raise_slice(to, op);
    case Builtin::split:
    case Builtin::split_v: return raise_split(to, op);
    case Builtin::quantize: return raise_quantize(to, op);
    case Builtin::dequantize: return raise_dequantize(to, op);
    case Builtin::cast: return raise_cast(to, op);
  }
  return unsupported("not read");
}

// What inference says of the new values must be what the file says of its tensors.
Status check_shapes(const Raising& to, const Operator& op) {
  for (int output : op.outputs) {
    const TensorInfo& info = to.model.tensor(output);
    const graph::ValueId id = to.graph.find_value(info.name);
    if (id == graph::kNoValue) continue;
    const graph::TensorType wanted = Raising::type_of(info);
    const graph::TensorType& made = to.graph.value(id).type;
    if (!(made.shape == wanted.shape))
      return invalid(fmt::format("gives {}, but the file says {} (as NCHW) for '{}'", to_string(made.shape),
                                 to_string(wanted.shape), info.name));
    if (made.dtype != wanted.dtype)
      return invalid(fmt::format("gives {}, but the file says {} for '{}'", diolkos::name_of(made.dtype),
                                 diolkos::name_of(wanted.dtype), info.name));
  }
  return {};
}

}  // namespace

Result<graph::Graph> raise(const Model& model) {
  Raising to(model);
  to.graph.metadata = model.metadata;
  to.graph.metadata["diolkos.layout"] = "NCHW";
  for (const Port& port : model.inputs) {
    const graph::ValueId id = to.graph.add_input(port.name, Raising::type_of(model.tensor(port.tensor)));
    to.define(port.tensor, id);
  }
  graph::NodeId inferred = 0;
  for (std::size_t i = 0; i < model.operators.size(); ++i) {
    Status status = raise_operator(to, model.operators[i]);
    for (; status && to.graph.contains(inferred); ++inferred) status = graph::infer_node(to.graph, inferred);
    if (status) status = check_shapes(to, model.operators[i]);
    if (!status) return failure(within(describe(model, i), std::move(status).error()));
  }
  for (const Port& port : model.outputs) {
    TRY_ASSIGN(const graph::ValueId id, to.value(port.tensor));
    to.graph.add_output(id);
    if (to.graph.value(id).producer == graph::kNoNode) continue;
    const graph::ValueId bearer = to.graph.find_value(port.name);  // the integers behind a DEQUANTIZE at the end
    if (bearer != graph::kNoValue && bearer != id && to.graph.value(bearer).producer != graph::kNoNode)
      to.graph.rename(bearer, port.name + "/stored");
    to.graph.rename(id, port.name);
  }
  to.graph.prune();
  return std::move(to.graph);
}

}  // namespace diolkos::tflite
