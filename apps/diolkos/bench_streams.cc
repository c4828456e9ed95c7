#include "bench_streams.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <limits>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "measure/clock.h"
#include "measure/statistics.h"

namespace diolkos::cli {
namespace {

struct Stream {
  std::unique_ptr<runtime::Session> session;
  std::vector<Tensor> outputs;
  std::vector<double> samples_ms;
  Status status;
};

// Lets so many in at once, in the order of asking: more streams than threads would only empty each other's caches.
class Turns {
 public:
  explicit Turns(std::int64_t at_once) : open_(at_once) {}

  void take() {
    std::unique_lock lock(mutex_);
    const std::int64_t mine = asked_++;
    changed_.wait(lock, [&] { return mine < open_; });
  }
  void give() {
    {
      const std::lock_guard lock(mutex_);
      ++open_;
    }
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::int64_t asked_ = 0;
  std::int64_t open_;
};

// Until `stop`, but once at least. A sample is from asking to the answer.
void serve(Stream& stream, std::span<const Tensor> inputs, Turns& turns, const std::atomic<bool>& stop,
           std::atomic<int>& done) {
  do {
    const measure::Stopwatch watch;
    turns.take();
    stream.status = stream.session->run(inputs, stream.outputs);
    turns.give();
    stream.samples_ms.push_back(watch.milliseconds());
    ++done;
  } while (stream.status && !stop);
  if (!stream.status) done = std::numeric_limits<int>::max() / 2;
}

}  // namespace

Result<measure::BenchRecord::Streams> measure_streams(const runtime::Session& session, std::span<const Tensor> inputs,
                                                      int count, const measure::LatencyProtocol& protocol) {
  measure::BenchRecord::Streams result;
  result.count = count;
  result.threads = std::max(1, session.threads() / count);
  std::vector<Stream> streams(static_cast<std::size_t>(count));
  for (Stream& stream : streams) {
    TRY_ASSIGN(stream.session, session.share(result.threads));
    TRY_ASSIGN(stream.outputs, stream.session->make_outputs());
  }
  Turns turns(std::max(1, session.threads() / result.threads));
  std::atomic<bool> stop{false};
  std::atomic<int> done{0};
  const measure::Stopwatch watch;
  std::vector<std::thread> threads;
  for (Stream& stream : streams) threads.emplace_back([&] { serve(stream, inputs, turns, stop, done); });
  while (done < std::max(count, protocol.iterations) || watch.milliseconds() < protocol.duration_ms)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  stop = true;
  for (std::thread& thread : threads) thread.join();
  const double milliseconds = watch.milliseconds();
  std::vector<double> samples;
  for (const Stream& stream : streams) {
    if (!stream.status) return failure(stream.status.error());
    samples.insert(samples.end(), stream.samples_ms.begin(), stream.samples_ms.end());
  }
  result.fps = 1000 * static_cast<double>(samples.size()) / milliseconds;
  result.median_ms = measure::summarize(samples).median;
  return result;
}

}  // namespace diolkos::cli
