// BatchNormalization(Conv(x, w, b), gamma, beta, mean, variance)
//   -> Conv(x, w * s, (b - mean) * s + beta),  s = gamma / sqrt(variance + epsilon) for each output channel
// The same for ConvTranspose. Only where nothing else reads the convolution's output and all of these are constants.
#pragma once

#include "base/result.h"
#include "graph/graph.h"

namespace diolkos::passes {

Status fold_batch_norm(graph::Graph& graph);

}  // namespace diolkos::passes
