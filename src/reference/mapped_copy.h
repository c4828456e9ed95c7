// Copies where each output index names an input index axis by axis: padding, tiling, nearest resizing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "reference/call.h"

namespace diolkos::reference {

using AxisMaps = std::vector<std::vector<std::int64_t>>;  // [axis][output index] -> input index, -1: the fill

// From the first input to the first output. `fill`: one element of their type, or null for zero.
Status copy_mapped(const Call& call, const AxisMaps& maps, const std::byte* fill);

}  // namespace diolkos::reference
