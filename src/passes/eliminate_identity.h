// f(x) -> x, for what changes nothing: Identity, Dropout in inference, Cast to the same type, Reshape, Squeeze,
// Expand … to the same shape, Transpose that moves nothing, Pad by nothing, Slice of everything, Concat, Max or Split
// of one, Resize to the same size, Clip without bounds, x + 0, x - 0, x * 1, x / 1, x ^ 1.
#pragma once

#include "base/result.h"
#include "graph/graph.h"

namespace diolkos::passes {

Status eliminate_identity(graph::Graph& graph);

}  // namespace diolkos::passes
