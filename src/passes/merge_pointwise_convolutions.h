// Conv1x1(Conv1x1(x, w1, b1), w2, b2) -> Conv1x1(x, w2 w1, w2 b1 + b2), where that multiplies less
#pragma once

#include "graph/graph.h"

namespace diolkos::passes {

Status merge_pointwise_convolutions(graph::Graph& graph);

}  // namespace diolkos::passes
