// What must be true of any graph between passes.
#pragma once

#include "base/result.h"
#include "graph/graph.h"

namespace diolkos::graph {

// Checks ids, producers, names, constants, quantization, arity, attributes, cycles, and that types that are known agree
// with inference (a shape that depends on a value not yet constant passes). The first thing wrong is the error.
Status verify(const Graph& graph);

}  // namespace diolkos::graph
