#include "formats/onnx/float_types.h"

#include <algorithm>

#include <onnx/onnx_pb.h>

#include "graph/element_type.h"

namespace diolkos::formats::onnx_io {
namespace {

bool is_other_float(int code) {
  const auto dtype = graph::dtype_of_onnx(code);
  return dtype && is_float(*dtype) && *dtype != DType::float32;
}

bool brings_other_float(const ::onnx::AttributeProto& attribute) {
  return (attribute.has_t() && is_other_float(attribute.t().data_type())) ||
         (attribute.name() == "to" && is_other_float(static_cast<int>(attribute.i())));
}

}  // namespace

bool only_float32(const ::onnx::GraphProto& graph) {
  return std::none_of(graph.initializer().begin(), graph.initializer().end(),
                      [](const auto& tensor) { return is_other_float(tensor.data_type()); }) &&
         std::none_of(graph.input().begin(), graph.input().end(),
                      [](const auto& input) { return is_other_float(input.type().tensor_type().elem_type()); }) &&
         std::none_of(graph.node().begin(), graph.node().end(), [](const auto& node) {
           return std::any_of(node.attribute().begin(), node.attribute().end(), brings_other_float);
         });
}

}  // namespace diolkos::formats::onnx_io
