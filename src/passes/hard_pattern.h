// The pieces of which exporters build HardSigmoid and HardSwish.
#pragma once

#include "graph/graph.h"

namespace diolkos::passes {

// x where `value` is Clip(x + 3, 0, 6) that only one node reads; kNoValue otherwise.
graph::ValueId shifted_relu6_input(const graph::Graph& graph, graph::ValueId value);

// v where `node` is v / 6 or v * (1/6) of v's own shape; kNoValue otherwise.
graph::ValueId sixth_of(const graph::Graph& graph, const graph::Node& node);

}  // namespace diolkos::passes
