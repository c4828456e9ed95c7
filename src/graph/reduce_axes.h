// The axes that ReduceMean and its kin reduce: from the second input, or the attribute, all where neither is given.
#pragma once

#include <vector>

#include "graph/node_view.h"

namespace diolkos::graph {

Result<std::vector<int>> reduce_axes(const NodeView& view);

}  // namespace diolkos::graph
