// Rewrites of the graph: each named, in one ordered table, possible to switch off, verified after in tests.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "graph/graph.h"

namespace diolkos::passes {

struct Pass {
  std::string_view name;    // "fold_batch_norm"
  std::string_view reason;  // why it stands where it does
  Status (*run)(graph::Graph& graph);
};

// Pipelines are nested: each runs all passes of the ones before it.
enum class Pipeline {
  types,   // only what is needed for every value to have a type: fold_constants (Shape chains included)
  deploy,  // what a file for another runtime wants: batch norm folded, identities gone
  native,  // plus fusions into FusedConv, which only our runtime knows
};

struct PassOptions {
  std::vector<std::string> disabled;  // names; an unknown one is an error with the nearest name
  bool verify_each = false;
};

std::span<const Pass> passes_of(Pipeline pipeline);  // in order
// Verifies the graph first: a pass may rely on what graph::verify checks.
// A graph with quantized values stays as it is.
Status run_passes(graph::Graph& graph, Pipeline pipeline, const PassOptions& options = {});

}  // namespace diolkos::passes
