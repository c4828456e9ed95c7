#include "opencv_dnn/old_forms.h"

#include <optional>

#include <onnx/onnx_pb.h>

#include "formats/onnx/onnx_file.h"

namespace diolkos::plugin::opencv_dnn {
namespace {

using graph::Graph;

void set_bound(::onnx::NodeProto& clip, const char* name, const Graph& graph, int input) {
  if (input >= clip.input_size() || clip.input(input).empty()) return;
  const std::optional<float> bound = graph::constant_scalar(graph, graph.find_value(clip.input(input)));
  if (!bound) return;
  ::onnx::AttributeProto& attribute = *clip.add_attribute();
  attribute.set_name(name);
  attribute.set_type(::onnx::AttributeProto::FLOAT);
  attribute.set_f(*bound);
}

bool has_constant_bounds(const ::onnx::NodeProto& clip, const Graph& graph) {
  for (int i = 1; i < clip.input_size(); ++i)
    if (!clip.input(i).empty() && !graph::constant_scalar(graph, graph.find_value(clip.input(i)))) return false;
  return true;
}

void name_bounds(::onnx::NodeProto& clip, const Graph& graph) {
  if (!has_constant_bounds(clip, graph)) return;
  set_bound(clip, "min", graph, 1);
  set_bound(clip, "max", graph, 2);
  while (clip.input_size() > 1) clip.mutable_input()->RemoveLast();
}

// From the weights, whose first two axes are channels.
void name_kernel(::onnx::NodeProto& conv, const Graph& graph) {
  for (const ::onnx::AttributeProto& attribute : conv.attribute())
    if (attribute.name() == "kernel_shape") return;
  const graph::ValueId weights = graph.find_value(conv.input(1));
  if (weights == graph::kNoValue) return;
  const Shape& shape = graph.value(weights).type.shape;
  ::onnx::AttributeProto& attribute = *conv.add_attribute();
  attribute.set_name("kernel_shape");
  attribute.set_type(::onnx::AttributeProto::INTS);
  for (int axis = 2; axis < shape.rank(); ++axis) attribute.add_ints(shape[axis]);
}

// OpenCV 4.6 takes every Mul(a, HardSigmoid(b)) for HardSwish(b), other than Mul(HardSigmoid(b), a).
void put_gate_first(::onnx::NodeProto& product, const Graph& graph) {
  const graph::ValueId gate = graph.find_value(product.input(1));
  if (gate == graph::kNoValue || graph.value(gate).producer == graph::kNoNode) return;
  const graph::Node& made_by = graph.node(graph.value(gate).producer);
  if (made_by.op != graph::Op::HardSigmoid || graph.value(made_by.input(0)).name == product.input(0)) return;
  product.mutable_input()->SwapElements(0, 1);
}

}  // namespace

Result<std::string> opencv_onnx(const Graph& graph) {
  TRY_ASSIGN(const std::vector<std::byte> bytes, formats::serialize_onnx(graph, {.opset = 13}));
  ::onnx::ModelProto model;
  if (!model.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return invalid("the network cannot be written for OpenCV");
  for (::onnx::NodeProto& node : *model.mutable_graph()->mutable_node()) {
    if (node.op_type() == "Clip") name_bounds(node, graph);
    if (node.op_type() == "Mul") put_gate_first(node, graph);
    if (node.op_type() == "Conv" || node.op_type() == "ConvTranspose") name_kernel(node, graph);
  }
  return model.SerializeAsString();
}

}  // namespace diolkos::plugin::opencv_dnn
