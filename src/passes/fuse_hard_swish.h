// x * HardSigmoid(x) {alpha=1/6, beta=1/2} -> HardSwish(x)
// x * Clip(x + 3, 0, 6) / 6                -> HardSwish(x);  also written as Mul by 1/6
#pragma once

#include "base/result.h"
#include "graph/graph.h"

namespace diolkos::passes {

Status fuse_hard_swish(graph::Graph& graph);

}  // namespace diolkos::passes
