// Runs a network on samples and observes its values.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/tensor.h"
#include "graph/graph.h"
#include "quantize/statistics.h"

namespace diolkos::quantize {

// The next sample's input tensors, in the order of the graph's inputs; nullopt at the end.
using SampleSource = std::function<Result<std::optional<std::vector<Tensor>>>()>;

struct CalibrateOptions {
  int threads = 0;
  std::function<void(int samples)> progress;  // called after each sample
};

// `values` are names of float32 values of the graph, inputs included. Errors: no sample at all, a value that is not
// finite (by name), a sample of another shape.
Result<Statistics> calibrate(const graph::Graph& graph, const std::set<std::string>& values, const SampleSource& next,
                             const CalibrateOptions& options = {});

}  // namespace diolkos::quantize
