#include "measure/latency.h"

#include "measure/clock.h"

namespace diolkos::measure {
namespace {

Result<double> time_step(FunctionRef<Status()> step) {
  const Stopwatch watch;
  TRY(step());
  return watch.milliseconds();
}

}  // namespace

Result<LatencySamples> measure_latency(const LatencyProtocol& protocol, FunctionRef<Status()> step) {
  LatencySamples result;
  const Stopwatch warming;
  TRY_ASSIGN(result.first_ms, time_step(step));
  for (result.warm_up_steps = 1; warming.milliseconds() < protocol.warm_up_ms; ++result.warm_up_steps)
    TRY(time_step(step));

  const Stopwatch measuring;
  const auto enough = [&] {
    const int taken = static_cast<int>(result.samples_ms.size());
    return taken >= protocol.most_iterations ||
           (taken >= protocol.iterations && measuring.milliseconds() >= protocol.duration_ms);
  };
  while (!enough()) {
    TRY_ASSIGN(const double sample, time_step(step));
    result.samples_ms.push_back(sample);
  }
  return result;
}

}  // namespace diolkos::measure
