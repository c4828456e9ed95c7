// The graph as text that people read, tests write, and parse_text() reads back. Grammar in docs/graph.md.
//
//   graph "net" {
//     input %x: float32[1,3,8,8]
//     const %w: float32[4,3,3,3] = seeded(7)
//     %y: float32[1,4,8,8] = Conv(%x, %w) {pads=[1,1,1,1]} "conv1"
//     output %y
//   }
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "graph/graph.h"

namespace diolkos::graph {

struct TextOptions {
  bool elide_constants = false;  // print "..." for more than 16 elements: for people; not read back
};

std::string to_text(const Graph& graph, const TextOptions& options = {});
Result<Graph> parse_text(std::string_view text);

}  // namespace diolkos::graph
