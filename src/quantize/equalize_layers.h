// Cross-layer equalization: channels between two convolutions brought to like ranges, that one scale serves them all.
//
// Conv -> (Relu) -> Conv, nothing else reading what is between. Channel c of the first one's weights and bias is
// divided by s_c, the second one's weights for it multiplied: Relu lets a positive factor through. With r1, r2 the
// channel's largest |weight| in the first and in the second, s = sqrt(r1 / r2) makes both sqrt(r1 r2) (Nagel et al.,
// Data-Free Quantization Through Weight Equalization and Bias Correction, 2019). s is rounded to a power of two: the
// float network's results stay the same to the bit.
#pragma once

#include "base/result.h"
#include "graph/graph.h"

namespace diolkos::quantize {

// How many pairs were changed. Types must be known, batch normalisation folded.
Result<int> equalize_layers(graph::Graph& graph);

}  // namespace diolkos::quantize
