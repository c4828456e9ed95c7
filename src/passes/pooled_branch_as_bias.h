// Conv(Concat(a, Resize(v)), w, b) -> Conv(a, w of a, Reshape(Conv(v, w of v, b)))
//
// where v is one pixel, so that its resize is the same everywhere (the pooled branch of DeepLabV3's ASPP), the
// convolution is 1x1 and nothing else reads the concatenation: what v contributes is computed once and not for every
// pixel. Of one image, to outputs in whole blocks of 16 channels, which the native runtime's kernels read a bias in.
#pragma once

#include "base/result.h"
#include "graph/graph.h"

namespace diolkos::passes {

Status pooled_branch_as_bias(graph::Graph& graph);

}  // namespace diolkos::passes
