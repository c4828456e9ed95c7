// Resize(x, roi, scales, ?) -> Resize(x, , , sizes): by the size of its output, where that is exactly the input's
// times the scale; a scale that does not divide evenly stays, because the coordinates follow the scale then.
// Resize(x, roi, ?, sizes) of some axes -> of all axes.
#pragma once

#include "base/result.h"
#include "graph/graph.h"

namespace diolkos::passes {

Status normalize_resize(graph::Graph& graph);

}  // namespace diolkos::passes
