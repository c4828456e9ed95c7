// (x - mean(x)) / sqrt(mean((x - mean(x))^2) + e) * scale + bias -> LayerNormalization(x, scale, bias), over the last
// axis
#pragma once

#include "graph/graph.h"

namespace diolkos::passes {

Status fuse_layer_norm(graph::Graph& graph);

}  // namespace diolkos::passes
