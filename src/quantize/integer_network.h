// A float network as the integer one that a TFLite file of it would be, without the file.
#pragma once

#include "graph/graph.h"
#include "quantize/calibrate.h"
#include "quantize/quantize_model.h"

namespace diolkos::quantize {

// `graph` has gone through the deploy passes; its types are known. The result has gone through them too.
Result<graph::Graph> integer_network(graph::Graph graph, Variant variant, const SampleSource& samples,
                                     const QuantizeOptions& options, const CalibrateOptions& calibrate_options);

// `count` samples of seeded standard-normal numbers: for measuring speed, not for accuracy.
SampleSource random_samples(const graph::Graph& graph, int count);

}  // namespace diolkos::quantize
