// Slice with defaults, negative indices and clamping resolved: one entry an axis of the input.
#pragma once

#include <cstdint>
#include <vector>

#include "graph/node_view.h"

namespace diolkos::graph {

struct SliceAxis {
  std::int64_t start = 0;  // of the first element taken; meaningless where count is 0
  std::int64_t step = 1;   // never 0
  std::int64_t count = 0;
};

Result<std::vector<SliceAxis>> resolve_slice(const NodeView& view);

}  // namespace diolkos::graph
