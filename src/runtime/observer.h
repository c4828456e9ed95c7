// Who takes a network's outputs as soon as they are made.
#pragma once

#include <cstddef>
#include <functional>

#include "base/result.h"
#include "base/tensor.h"

namespace diolkos::runtime {

// `output`: its place among the graph's outputs. The tensor is valid during the call. Outputs that no node makes
// (inputs, constants) are not told.
using Observer = std::function<Status(std::size_t output, const Tensor& value)>;

}  // namespace diolkos::runtime
