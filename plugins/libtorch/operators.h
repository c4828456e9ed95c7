// Nodes of our graph as calls of ATen's operators.
#pragma once

#include <functional>

#include "base/result.h"
#include "graph/node_view.h"

namespace at {
class Tensor;
}

namespace diolkos::plugin::libtorch {

// Computes one node. `in` holds a tensor for each of the node's inputs, undefined where an optional one is absent; it
// may be overwritten where nothing else holds it. `out` takes one for each output. All that depends on shapes was
// decided when the operator was made. ATen's exceptions pass through.
using Operator = std::function<void(at::Tensor* in, at::Tensor* out)>;

// Types must be known. An unsupported error names the node and what ATen's operators do not do.
Result<Operator> make_operator(const graph::NodeView& node);

// The families; an empty function where a node is none of theirs.
Result<Operator> make_window_operator(const graph::NodeView& node);    // convolutions, matrices, pools, reductions
Result<Operator> make_element_operator(const graph::NodeView& node);   // element by element
Result<Operator> make_movement_operator(const graph::NodeView& node);  // shapes, resampling

tl::unexpected<Error> refuse(const graph::NodeView& node, std::string_view what);

}  // namespace diolkos::plugin::libtorch
