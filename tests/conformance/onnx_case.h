// One of ONNX's node tests: a model, its inputs, and the outputs that ONNX expects.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/tensor.h"
#include "graph/graph.h"

namespace diolkos::conformance {

struct OnnxCase {
  std::string name;
  graph::Graph graph;           // types known; inputs that decide a shape are bound to the test's
  std::vector<Tensor> inputs;   // of graph.inputs()
  std::vector<Tensor> outputs;  // of graph.outputs()
};

// Errors are what Diolkos says of the model or its data.
Result<OnnxCase> load_case(const std::filesystem::path& folder);

// Runs passes until every value has a type.
Status settle_types(graph::Graph& graph);

}  // namespace diolkos::conformance
