#include "tensorrt/types.h"

#include <algorithm>

#include "formats/onnx/onnx_file.h"
#include "passes/cast_to_half.h"
#include "passes/pass.h"

namespace diolkos::plugin::tensorrt {
namespace {

using graph::Graph;

bool all_zero(const Tensor& tensor) {
  return std::ranges::all_of(tensor.as<std::int8_t>(), [](std::int8_t value) { return value == 0; });
}

bool is_symmetric(const Graph& graph, graph::NodeId id) {
  const graph::ValueId zero = graph.node(id).input(2);
  if (zero == graph::kNoValue) return graph.node(id).op == graph::Op::DequantizeLinear;  // QuantizeLinear makes uint8
  const graph::Value& value = graph.value(zero);
  return value.is_constant() && value.constant->dtype() == DType::int8 && all_zero(*value.constant);
}

Status check_symmetric(const Graph& graph) {
  for (const graph::NodeId id : graph.order()) {
    const graph::Node& node = graph.node(id);
    if (node.op != graph::Op::QuantizeLinear && node.op != graph::Op::DequantizeLinear) continue;
    if (!is_symmetric(graph, id))
      return unsupported(graph::describe(node) +
                         ": TensorRT takes int8 with a zero point of 0 only; 'diolkos convert MODEL "
                         "-o FILE.onnx --precision int8 --calibrate FOLDER' of the float network writes that");
  }
  return {};
}

}  // namespace

Result<std::vector<std::byte>> written_in_types(std::span<const std::byte> onnx, const std::string& precision) {
  TRY_ASSIGN(Graph graph, formats::read_onnx(onnx));
  if (precision == "int8") {
    TRY(check_symmetric(graph));
    return std::vector<std::byte>(onnx.begin(), onnx.end());
  }
  TRY(passes::run_passes(graph, passes::Pipeline::types));
  TRY(passes::cast_to_half(graph));
  return formats::serialize_onnx(graph);
}

}  // namespace diolkos::plugin::tensorrt
