// Activation(Transpose(x)) -> Transpose(Activation(x)); of Reshape too: next to what computes x
#pragma once

#include "graph/graph.h"

namespace diolkos::passes {

Status activate_before_moving(graph::Graph& graph);

}  // namespace diolkos::passes
