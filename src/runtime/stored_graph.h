// A planned graph as text: constants of which only the packed weights are left (is_hollow) become inputs behind the
// network's own, and back.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "graph/graph.h"

namespace diolkos::runtime {

std::string graph_to_text(const graph::Graph& graph);
// `inputs` of the text's inputs are the network's. Verified; a hollow constant is a convolution's filter or bias.
Result<graph::Graph> graph_from_text(std::string_view text, std::size_t inputs);

}  // namespace diolkos::runtime
