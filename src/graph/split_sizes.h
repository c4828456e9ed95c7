// How Split divides an axis: by the second input, the `split` attribute of older forms, or into num_outputs parts of
// which the last may be smaller.
#pragma once

#include <cstdint>
#include <vector>

#include "graph/node_view.h"

namespace diolkos::graph {

Result<std::vector<std::int64_t>> split_sizes(const NodeView& view, std::int64_t extent);

}  // namespace diolkos::graph
