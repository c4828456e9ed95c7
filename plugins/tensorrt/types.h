// The network in the types that it shall be computed in: from version 11 on TensorRT computes in those of the file.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace diolkos::plugin::tensorrt {

// "fp16": Casts around what float16 serves (passes/cast_to_half.h); a network that has float16 already stays as it is.
// "int8": the network as it is; an error where its pairs of QuantizeLinear and DequantizeLinear are not of int8 with
// zero points of 0, which is all that TensorRT takes.
Result<std::vector<std::byte>> written_in_types(std::span<const std::byte> onnx, const std::string& precision);

}  // namespace diolkos::plugin::tensorrt
