// Conv(Pad(x, pads, 0), w) {pads=p} -> Conv(x, w) {pads=p+pads}: zero padding of the spatial axes only.
#pragma once

#include "base/result.h"
#include "graph/graph.h"

namespace diolkos::passes {

Status fuse_pad_into_conv(graph::Graph& graph);

}  // namespace diolkos::passes
