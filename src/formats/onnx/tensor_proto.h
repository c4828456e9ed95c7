// TensorProto and Tensor.
#pragma once

#include <string_view>

#include "base/result.h"
#include "base/tensor.h"
#include "formats/onnx/external_data.h"

namespace onnx {
class TensorProto;
}

namespace diolkos::formats::onnx_io {

// Takes raw data out of `proto` instead of copying it. Errors name the tensor.
Result<Tensor> read_tensor(::onnx::TensorProto& proto, ExternalData& external);

// As raw data.
void write_tensor(const Tensor& tensor, std::string_view name, ::onnx::TensorProto& proto);

}  // namespace diolkos::formats::onnx_io
