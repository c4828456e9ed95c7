// NumPy's broadcasting: axes are matched from the last; an extent of 1 is repeated.
#pragma once

#include <optional>

#include "base/shape.h"

namespace diolkos::graph {

// nullopt where extents differ and neither is 1.
std::optional<Shape> broadcast(const Shape& a, const Shape& b);

}  // namespace diolkos::graph
