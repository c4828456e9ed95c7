// Whether a node's attributes are ones that operators read, and hold what those expect.
#pragma once

#include "graph/node_view.h"

namespace diolkos::graph {

Status verify_attributes(const NodeView& view);

}  // namespace diolkos::graph
