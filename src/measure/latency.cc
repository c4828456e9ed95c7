#include "measure/latency.h"

#include <algorithm>
#include <cmath>

#include "measure/clock.h"
#include "measure/statistics.h"

namespace diolkos::measure {
namespace {

constexpr std::size_t kWindow = 5;
constexpr double kSteady = 0.02;
constexpr double kLongestWarmUp = 5;  // times warm_up_ms

Result<double> time_step(FunctionRef<Status()> step) {
  const Stopwatch watch;
  TRY(step());
  return watch.milliseconds();
}

bool is_steady(std::span<const double> times) {
  if (times.size() < 2 * kWindow) return false;
  const double now = summarize(times.last(kWindow)).median;
  const double before = summarize(times.last(2 * kWindow).first(kWindow)).median;
  return std::abs(now - before) <= kSteady * before;
}

Status warm_up(const LatencyProtocol& protocol, FunctionRef<Status()> step, LatencySamples& result) {
  const Stopwatch watch;
  TRY_ASSIGN(result.first_ms, time_step(step));
  std::vector<double> times;
  const auto enough = [&] {
    const double passed = watch.milliseconds();
    return passed >= kLongestWarmUp * protocol.warm_up_ms || (passed >= protocol.warm_up_ms && is_steady(times));
  };
  while (!enough()) {
    TRY_ASSIGN(const double time, time_step(step));
    times.push_back(time);
  }
  result.warm_up_steps = static_cast<int>(times.size()) + 1;
  return {};
}

// Samples until there are `iterations` more and `duration_ms` have passed.
Status sample(FunctionRef<Status()> step, int iterations, double duration_ms, int most, LatencySamples& result) {
  const Stopwatch watch;
  for (int taken = 0; taken < most && (taken < iterations || watch.milliseconds() < duration_ms); ++taken) {
    TRY_ASSIGN(const double time, time_step(step));
    result.samples_ms.push_back(time);
  }
  return {};
}

Status take_turn(const LatencyProtocol& protocol, int round, int rounds, Contender& contender) {
  TRY(contender.step());
  // Iterations that do not divide evenly: the first rounds take one more.
  const int iterations = protocol.iterations / rounds + (round < protocol.iterations % rounds ? 1 : 0);
  return sample(contender.step, iterations, protocol.duration_ms / rounds, protocol.most_iterations / rounds,
                contender.samples);
}

}  // namespace

Result<LatencySamples> measure_latency(const LatencyProtocol& protocol, FunctionRef<Status()> step) {
  LatencySamples result;
  TRY(warm_up(protocol, step, result));
  TRY(sample(step, protocol.iterations, protocol.duration_ms, protocol.most_iterations, result));
  return result;
}

void measure_interleaved(const LatencyProtocol& protocol, int rounds, std::span<Contender> contenders,
                         FunctionRef<void(int done, int turns)> progress) {
  for (Contender& contender : contenders)
    if (contender.status) contender.status = warm_up(protocol, contender.step, contender.samples);
  const int turns = rounds * static_cast<int>(contenders.size());
  int done = 0;
  for (int round = 0; round < rounds; ++round)
    for (Contender& contender : contenders) {
      if (contender.status) contender.status = take_turn(protocol, round, rounds, contender);
      progress(++done, turns);
    }
}

}  // namespace diolkos::measure
