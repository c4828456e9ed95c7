// Names of ONNX's element types, for messages; graph/element_type.h has those that Diolkos holds.
#pragma once

#include <string>

namespace diolkos::formats::onnx_io {

std::string name_of_code(int code);  // TensorProto.DataType: "float8e4m3fn"; "type 99" where it is not known

}  // namespace diolkos::formats::onnx_io
