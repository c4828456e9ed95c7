// auto_pad=SAME_UPPER, SAME_LOWER or VALID of Conv, MaxPool and AveragePool -> the pads that it means here.
#pragma once

#include "base/result.h"
#include "graph/graph.h"

namespace diolkos::passes {

Status normalize_auto_pad(graph::Graph& graph);

}  // namespace diolkos::passes
