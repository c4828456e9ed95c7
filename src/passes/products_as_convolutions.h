// MatMul(tokens, constant) -> tokens of Conv1x1(their image), with a bias, a residual and an activation that follow
// brought along: Activation(MatMul(x, w) + b + r) -> tokens(Activation(Conv1x1(image(x), w, b) + image(r)))
#pragma once

#include "graph/graph.h"

namespace diolkos::passes {

Status products_as_convolutions(graph::Graph& graph);

}  // namespace diolkos::passes
