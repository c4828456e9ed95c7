// What must be true of any graph between passes.
#pragma once

#include "base/result.h"
#include "graph/graph.h"

namespace diolkos::graph {

// Checks arity, ids, producers, names, cycles, attribute types, and that known types agree with inference.
// The first thing wrong is the error.
Status verify(const Graph& graph);

}  // namespace diolkos::graph
