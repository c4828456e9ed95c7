// The axes [first, second) that a Shape node's `start` and `end` take.
#pragma once

#include <utility>

#include "graph/attributes.h"

namespace diolkos::graph {

std::pair<int, int> shape_span(const Attributes& attributes, int rank);

}  // namespace diolkos::graph
