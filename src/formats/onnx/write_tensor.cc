#include <string>

#include <onnx/onnx_pb.h>

#include "formats/onnx/tensor_proto.h"
#include "graph/element_type.h"

namespace diolkos::formats::onnx_io {

void write_tensor(const Tensor& tensor, std::string_view name, ::onnx::TensorProto& proto) {
  for (std::int64_t dim : tensor.shape()) proto.add_dims(dim);
  proto.set_data_type(static_cast<int>(graph::onnx_of_dtype(tensor.dtype())));
  if (!name.empty()) proto.set_name(std::string(name));
  proto.set_raw_data(tensor.data(), tensor.bytes());
}

}  // namespace diolkos::formats::onnx_io
