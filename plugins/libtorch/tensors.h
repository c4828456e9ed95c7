// Between our tensors and PyTorch's.
#pragma once

#include <ATen/core/Tensor.h>

#include "base/tensor.h"
#include "kit/runtime.h"

namespace diolkos::plugin::libtorch {

Result<at::ScalarType> scalar_type_of(DType dtype);

// What a load asks for, as PyTorch's types; an error for a precision or device that is none.
struct Place {
  at::Device device{at::kCPU};
  at::ScalarType floats = at::kFloat;  // in which floating-point values are kept and computed
};
Result<Place> place_of(const diolkos_load_options& options);

// A copy on the device; floating-point elements become place.floats.
Result<at::Tensor> to_place(const Tensor& constant, const Place& place);

}  // namespace diolkos::plugin::libtorch
