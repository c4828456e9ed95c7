// The protocol of a latency measurement: warm up, then time a step again and again; every sample is kept.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "base/function_ref.h"
#include "base/result.h"

namespace diolkos::measure {

// As trtexec has it: a warm-up by time, then as many steps as both bounds ask for.
struct LatencyProtocol {
  // At least one step, whose time is `first_ms`. After that time the warm-up goes on until the median of five steps is
  // within 2 % of that of the five before, for five times as long at most.
  double warm_up_ms = 200;
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

struct Contender {
  std::function<Status()> step;
  LatencySamples samples;
  Status status;  // its first failure; it is left out from then on
};

// Warms each contender up and then times them in turn, `rounds` times, a part of the samples at each turn: what happens
// to the machine meanwhile happens to all of them. A turn begins with a step that is not timed. `progress` is called
// after each turn.
void measure_interleaved(const LatencyProtocol& protocol, int rounds, std::span<Contender> contenders,
                         FunctionRef<void(int done, int turns)> progress);

}  // namespace diolkos::measure
