// Whether a node has as many inputs and outputs as its operator takes, and those that it must have.
#pragma once

#include "graph/node_view.h"

namespace diolkos::graph {

Status check_arity(const NodeView& view);

}  // namespace diolkos::graph
