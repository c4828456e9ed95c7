// The native runtime's table: the same contract, linked in.
#pragma once

#include "base/result.h"
#include "diolkos/plugin.h"
#include "graph/graph.h"
#include "runtime/session.h"

namespace diolkos::engines {

const diolkos_plugin& native_plugin();

// What the table's load makes of an ONNX file, from a graph that is already there.
Result<diolkos_model*> load_native_model(graph::Graph graph, const runtime::SessionOptions& options);

}  // namespace diolkos::engines
