// A network by any runtime behind the plugin contract.
#pragma once

#include <memory>

#include "base/result.h"
#include "engines/model.h"
#include "pipeline/network.h"

namespace diolkos::pipeline {

// One float32 NCHW image in; of several outputs the one called "out" is looked at, else the first. Quantized and NHWC
// ports are converted inside run().
Result<std::unique_ptr<Network>> engine_network(engines::Model model);

}  // namespace diolkos::pipeline
