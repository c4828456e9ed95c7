// Add(Conv(x, w, b), r) -> FusedConv(x, w, b, r), where r has exactly the convolution's shape and nothing else reads
// the convolution. Of two convolutions the first operand of Add takes the other as its residual.
#pragma once

#include "base/result.h"
#include "graph/graph.h"

namespace diolkos::passes {

Status fuse_residual_add(graph::Graph& graph);

}  // namespace diolkos::passes
