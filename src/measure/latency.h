// The protocol of a latency measurement: warm up, then time a step again and again; every sample is kept.
#pragma once

#include <vector>

#include "base/function_ref.h"
#include "base/result.h"

namespace diolkos::measure {

// As trtexec has it: a warm-up by time, then as many steps as both bounds ask for.
struct LatencyProtocol {
  double warm_up_ms = 200;          // at least one step, whose time is `first_ms`
  int iterations = 10;              // at least
  double duration_ms = 3000;        // at least
  int most_iterations = 1'000'000;  // never more
};

struct LatencySamples {
  double first_ms = 0;  // the very first step
  int warm_up_steps = 0;
  std::vector<double> samples_ms;
};

// Stops at the first step that fails, with its error. `step` must return only when its work is done: an asynchronous
// runtime synchronises inside.
Result<LatencySamples> measure_latency(const LatencyProtocol& protocol, FunctionRef<Status()> step);

}  // namespace diolkos::measure
