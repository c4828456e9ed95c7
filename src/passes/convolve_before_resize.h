// Conv1x1(Concat(a, Resize(b), Resize(c))) -> Conv1x1(a) + Resize(Conv1x1(b)) + Resize(Conv1x1(c)): a product over
// channels and a mean over neighbours may change places, and there are fewer pixels before they are enlarged
#pragma once

#include "graph/graph.h"

namespace diolkos::passes {

Status convolve_before_resize(graph::Graph& graph);

}  // namespace diolkos::passes
