// Whether two tensors are equal by ONNX's own tolerances.
#pragma once

#include <string>

#include "base/tensor.h"

namespace diolkos::conformance {

// Empty where |got - expected| <= 1e-7 + 1e-3 |expected| for floats, or integers are the same; else what differs.
std::string difference(const Tensor& got, const Tensor& expected);

}  // namespace diolkos::conformance
