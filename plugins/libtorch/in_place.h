// Whether a tensor's memory may be written over.
#pragma once

#include <ATen/core/Tensor.h>

namespace diolkos::plugin::libtorch {

// Nothing else holds the tensor or a view of its memory.
inline bool is_ours(const at::Tensor& tensor) { return tensor.use_count() == 1 && tensor.storage().use_count() == 1; }

}  // namespace diolkos::plugin::libtorch
