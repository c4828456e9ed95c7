// Which scale belongs to which element in QuantizeLinear and DequantizeLinear.
#pragma once

#include <cstdint>

#include "graph/node_view.h"

namespace diolkos::graph {

struct QuantizeLayout {
  int axis = -1;           // -1: one scale for the whole tensor
  std::int64_t block = 0;  // more than 0: one scale for each `block` elements along `axis`
};

Result<QuantizeLayout> resolve_quantize(const NodeView& view);

}  // namespace diolkos::graph
