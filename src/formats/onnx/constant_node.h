// The value of a Constant node.
#pragma once

#include "base/result.h"
#include "base/tensor.h"
#include "graph/attributes.h"

namespace diolkos::formats::onnx_io {

// From `value`, or value_float, value_floats, value_int, value_ints.
Result<Tensor> constant_value(const graph::Attributes& attributes);

}  // namespace diolkos::formats::onnx_io
