// f(constants) -> constant, with the types of all values on the way: a node's type may need a constant that the nodes
// before it fold to. So the Shape, Gather, Concat, Slice chains that exporters leave before Resize and Reshape go.
// Not folded: what would swell the model (more than 64 MiB, or over 1 MiB and four times its inputs), and quantizing,
// so that int8 weights stay int8.
#pragma once

#include "base/result.h"
#include "graph/graph.h"

namespace diolkos::passes {

Status fold_constants(graph::Graph& graph);

}  // namespace diolkos::passes
