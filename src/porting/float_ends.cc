#include "porting/float_ends.h"

#include <algorithm>

#include <fmt/format.h>

namespace diolkos::porting {
namespace {

using graph::Graph;
using graph::Op;
using graph::Quantization;
using graph::TensorType;
using graph::Value;
using graph::ValueId;

Result<Tensor> zero_point_of(DType dtype, const Quantization& quantization) {
  const std::int32_t zero = quantization.zero_points.empty() ? 0 : quantization.zero_points[0];
  switch (dtype) {
    case DType::int8: return Tensor::scalar(static_cast<std::int8_t>(zero));
    case DType::uint8: return Tensor::scalar(static_cast<std::uint8_t>(zero));
    case DType::int16: return Tensor::scalar(static_cast<std::int16_t>(zero));
    default: return unsupported(fmt::format("quantized {} at an end; expected int8, uint8 or int16", name_of(dtype)));
  }
}

bool is_quantized(const TensorType& type) { return type.quantization && type.quantization->scales.size() == 1; }

// The node's other operands: scale and zero point of `type`.
Result<std::vector<ValueId>> with_parameters(Graph& graph, ValueId value, const std::string& name,
                                             const TensorType& type) {
  TRY_ASSIGN(Tensor zero_point, zero_point_of(type.dtype, *type.quantization));
  const ValueId scale = graph.add_constant(name + "/scale", Tensor::scalar(type.quantization->scales[0]));
  const ValueId zero = graph.add_constant(name + "/zero_point", std::move(zero_point));
  return std::vector<ValueId>{value, scale, zero};
}

void describe_pixels(const Value& input, std::map<std::string, std::string>& metadata) {
  const Shape& shape = input.type.shape;
  if (input.type.dtype != DType::uint8 || shape.rank() != 4 || shape[1] != 3) return;
  if (metadata.contains("diolkos.normalize")) return;
  const double mean = input.type.quantization->zero_points[0] / 255.0;
  const double deviation = std::min(1.0, 1.0 / (255.0 * static_cast<double>(input.type.quantization->scales[0])));
  metadata["diolkos.normalize"] = "custom";
  metadata["diolkos.mean"] = fmt::format("{0},{0},{0}", mean);
  metadata["diolkos.std"] = fmt::format("{0},{0},{0}", deviation);
}

Status widen_input(Graph& graph, ValueId id) {
  const TensorType stored = graph.value(id).type;
  const std::string name = graph.value(id).name;
  describe_pixels(graph.value(id), graph.metadata);
  TRY_ASSIGN(auto operands, with_parameters(graph, id, name, stored));
  graph.value(id).type = {DType::float32, stored.shape, {}};
  operands[0] = graph::kNoValue;  // so that replacing the uses leaves this node alone
  const graph::NodeId node = graph.add_node(Op::QuantizeLinear, name + "/quantized", operands);
  const ValueId made = graph.node(node).output();
  graph.value(made).type = stored;
  graph.replace_uses(id, made);
  graph.node(node).inputs[0] = id;
  return {};
}

Status widen_output(Graph& graph, std::size_t index) {
  const ValueId id = graph.outputs()[index];
  const TensorType stored = graph.value(id).type;
  const std::string name = graph.value(id).name;
  const bool is_input = graph.value(id).producer == graph::kNoNode;
  if (!is_input) graph.rename(id, name + "/quantized");
  TRY_ASSIGN(auto operands, with_parameters(graph, id, name, stored));
  const ValueId made = graph.add(Op::DequantizeLinear, name, std::move(operands));
  graph.value(made).type = {DType::float32, stored.shape, {}};
  graph.set_output(index, made);
  return {};
}

}  // namespace

Status give_float_ends(Graph& graph) {
  const std::vector<ValueId> inputs(graph.inputs().begin(), graph.inputs().end());
  for (const ValueId id : inputs)
    if (is_quantized(graph.value(id).type)) TRY(widen_input(graph, id));
  for (std::size_t i = 0; i < graph.outputs().size(); ++i)
    if (is_quantized(graph.value(graph.outputs()[i]).type)) TRY(widen_output(graph, i));
  return {};
}

}  // namespace diolkos::porting
