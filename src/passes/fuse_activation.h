// Relu(Conv(x, w, b)) -> FusedConv(x, w, b) {activation="relu"};  the same after a FusedConv without activation, and
// for
//   Clip        {activation="clip", activation_alpha=lowest, activation_beta=highest}
//   HardSwish   {activation="hardswish"}
//   HardSigmoid {activation="hardsigmoid", activation_alpha=slope, activation_beta=offset}
//   Sigmoid     {activation="sigmoid"}
//   LeakyRelu   {activation="leakyrelu", activation_alpha=slope}
#pragma once

#include "base/result.h"
#include "graph/graph.h"

namespace diolkos::passes {

Status fuse_activation(graph::Graph& graph);

}  // namespace diolkos::passes
