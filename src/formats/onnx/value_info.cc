#include "formats/onnx/value_info.h"

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include "formats/onnx/data_type.h"
#include "graph/element_type.h"

namespace diolkos::formats::onnx_io {
namespace {

using ::onnx::TypeProto;

std::string kind_of(const TypeProto& type) {
  switch (type.value_case()) {
    case TypeProto::kSequenceType: return "a sequence";
    case TypeProto::kMapType: return "a map";
    case TypeProto::kOptionalType: return "an optional value";
    case TypeProto::kSparseTensorType: return "a sparse tensor";
    default: return "of no known type";
  }
}

}  // namespace

Result<graph::TensorType> read_type(const ::onnx::ValueInfoProto& input) {
  if (!input.type().has_tensor_type())
    return unsupported(fmt::format("input '{}' is {}, expected a tensor", input.name(), kind_of(input.type())));
  const auto& tensor = input.type().tensor_type();
  const auto dtype = graph::dtype_of_onnx(tensor.elem_type());
  if (!dtype)
    return unsupported(fmt::format("input '{}' is of {}, which Diolkos does not hold", input.name(),
                                   name_of_code(tensor.elem_type())));
  if (!tensor.has_shape())
    return unsupported(fmt::format("input '{}' has no shape; export the model with its input's rank", input.name()));
  graph::TensorType type{*dtype, {}, {}};
  for (const auto& dim : tensor.shape().dim()) {
    const std::int64_t size = dim.has_dim_value() ? dim.dim_value() : -1;
    if (size < -1) return invalid(fmt::format("input '{}' has a dimension of {}", input.name(), size));
    if (!type.shape.push_back(size))
      return unsupported(fmt::format("input '{}' has rank {}, expected at most {}", input.name(),
                                     tensor.shape().dim_size(), Shape::kMaxRank));
  }
  if (type.shape.closed() && !type.shape.checked_elements())
    return invalid(fmt::format("input '{}' has shape {}, more elements than memory can hold", input.name(),
                               to_string(type.shape)));
  return type;
}

void write_type(std::string_view name, const graph::TensorType& type, ::onnx::ValueInfoProto& proto) {
  proto.set_name(std::string(name));
  auto& tensor = *proto.mutable_type()->mutable_tensor_type();
  tensor.set_elem_type(static_cast<int>(graph::onnx_of_dtype(type.dtype)));
  tensor.mutable_shape();  // there for a scalar too
  for (std::int64_t dim : type.shape) tensor.mutable_shape()->add_dim()->set_dim_value(dim);
}

}  // namespace diolkos::formats::onnx_io
