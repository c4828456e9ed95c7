// Conversion between element types, as Cast means it: floats to integers truncate and saturate (NaN becomes 0),
// integers to narrower integers wrap, anything but 0 is true.
#pragma once

#include "base/result.h"
#include "base/tensor.h"

namespace diolkos::reference {

// Into `to`, of as many elements and any type.
Status convert(const Tensor& from, Tensor& to);
Result<Tensor> converted(const Tensor& from, DType dtype);

}  // namespace diolkos::reference
