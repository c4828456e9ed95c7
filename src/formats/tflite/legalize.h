// Graph to graph: operators that TFLite has no kernel for become ones that it has, so that every tensor of the file is
// a value of the graph and can be observed while calibrating.
//
//   HardSigmoid(x)            ->  Mul(Clip(Add(x, beta / alpha), 0, 1 / alpha), alpha), the sum in the bias of the
//                                 convolution that makes x where nothing else reads it
//   HardSwish(x)              ->  Mul(x, HardSigmoid(x))                   unless `hard_swish`
//   Swish(x)                  ->  Mul(x, Sigmoid(x))
//   BatchNormalization(x, …)  ->  Add(Mul(x, scale), shift)
//   Clip(x, low, high)        ->  Min(Max(x, low), high)                   unless TFLite has the activation
//   Max, Min of many          ->  a chain of pairs
#pragma once

#include "base/result.h"
#include "graph/graph.h"

namespace diolkos::tflite {

struct LegalizeOptions {
  bool hard_swish = true;  // keep it: there is a kernel for float and int8, none for int16
};

// Types must be known, and are known afterwards.
Status legalize(graph::Graph& graph, const LegalizeOptions& options = {});

}  // namespace diolkos::tflite
