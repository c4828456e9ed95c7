#include "passes/eliminate_dead_code.h"

namespace diolkos::passes {

Status eliminate_dead_code(graph::Graph& graph) {
  graph.prune();
  return {};
}

}  // namespace diolkos::passes
