// One run by which an engine that was kept is known again.
#pragma once

#include "cache/engine_file.h"
#include "tensorrt/execution.h"

namespace diolkos::plugin::tensorrt {

// On inputs of its own making.
Result<cache::GoldenRun> golden_run(Execution& execution);

// An error where the engine's output on the run's input is another: floats by more than 1e-3 of the largest.
Status repeat(Execution& execution, const cache::GoldenRun& run);

}  // namespace diolkos::plugin::tensorrt
