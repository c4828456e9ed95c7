// Mul(Conv(x, w, b), c) -> Conv(x, w * c, b * c)        Div the same with 1 / c
// Add(Conv(x, w, b), c) -> Conv(x, w, b + c)            Sub the same with -c
// c: a float32 constant, one for all or one for each channel (C x 1 x 1). The same for ConvTranspose.
#pragma once

#include "base/result.h"
#include "graph/graph.h"

namespace diolkos::passes {

Status fold_scale_into_conv(graph::Graph& graph);

}  // namespace diolkos::passes
