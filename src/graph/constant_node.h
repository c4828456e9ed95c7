// What a Constant node holds, from `value`, `value_int`, `value_float`, `value_ints` or `value_floats`.
#pragma once

#include "graph/node_view.h"

namespace diolkos::graph {

Result<Tensor> constant_of(const NodeView& view);

}  // namespace diolkos::graph
