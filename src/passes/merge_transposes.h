// Transpose(Transpose(x, p), q) -> Transpose(x, p[q]);  a permutation that undoes another one is left to
// eliminate_identity.
#pragma once

#include "base/result.h"
#include "graph/graph.h"

namespace diolkos::passes {

Status merge_transposes(graph::Graph& graph);

}  // namespace diolkos::passes
