// From a pickle's root to the state dict in it.
#pragma once

#include "base/result.h"
#include "base/state_dict.h"
#include "formats/pytorch/pickle_value.h"
#include "formats/pytorch/tensor_builder.h"

namespace diolkos::formats::pytorch {

// The dict of tensors that `root` is, or that it holds under 'state_dict', 'model', …; entries that are not tensors
// are left out with a debug message; a 'module.' before every name (DataParallel's) is taken off.
Result<StateDict> collect_state_dict(const Heap& heap, Value root, TensorBuilder& tensors);

}  // namespace diolkos::formats::pytorch
