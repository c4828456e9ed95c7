// f(x), f(x) -> one f(x), read by the users of both: the same operator, attributes and inputs (small constants count
// as the same by their elements). A node whose output is a graph output is kept, as others may read it.
#pragma once

#include "base/result.h"
#include "graph/graph.h"

namespace diolkos::passes {

Status eliminate_common_subexpressions(graph::Graph& graph);

}  // namespace diolkos::passes
