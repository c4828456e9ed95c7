// Height and width: parsed from a command line, and set on a graph that leaves them open.
#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "graph/graph.h"
#include "models/model.h"

namespace diolkos::porting {

// "288" is 288x288; "520x390" is height x width, in pixels, 1 to 16384 each.
Result<models::InputSize> parse_size(std::string_view text);

// Closes the open dimensions of the graph's image inputs (rank 4, NCHW): batch 1, height and width as `size` says.
// Errors: an open height or width without a size; a size that contradicts a fixed one; any other open dimension.
Status set_input_size(graph::Graph& graph, std::optional<models::InputSize> size);

}  // namespace diolkos::porting
