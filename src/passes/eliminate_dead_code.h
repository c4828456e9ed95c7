// Nodes and constants that no graph output needs -> nothing.
#pragma once

#include "base/result.h"
#include "graph/graph.h"

namespace diolkos::passes {

Status eliminate_dead_code(graph::Graph& graph);

}  // namespace diolkos::passes
