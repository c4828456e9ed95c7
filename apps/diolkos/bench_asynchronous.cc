#include "bench_asynchronous.h"

#include "measure/clock.h"

namespace diolkos::cli {

Status measure_asynchronous(Measured& measured) {
  constexpr std::size_t kMostRuns = 100;
  constexpr double kMostMilliseconds = 2000;
  constexpr double kNoClaim = 1.1;
  engines::FloatModel* const model = measured.network.plugged.get();
  if (model == nullptr || !model->asynchronous()) return {};
  measure::BenchRecord::Asynchronous& times = measured.record.asynchronous;
  const measure::Stopwatch whole;
  do {
    const measure::Stopwatch watch;
    TRY(model->submit(measured.inputs, measured.outputs));
    const double submitted = watch.milliseconds();
    TRY(model->synchronize());
    times.submit_ms.push_back(submitted);
    times.synchronized_ms.push_back(watch.milliseconds());
  } while (times.submit_ms.size() < kMostRuns && whole.milliseconds() < kMostMilliseconds);
  // Whoever answers before submit() returns (libtorch on a CPU) makes no false claim.
  if (measure::false_claim(times).times < kNoClaim) times = {};
  return {};
}

}  // namespace diolkos::cli
