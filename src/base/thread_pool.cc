#include "base/thread_pool.h"

#include <algorithm>
#include <atomic>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "base/cpu_list.h"
#include "base/part_of.h"

namespace diolkos {
namespace {

// Spins before a thread sleeps: some tens of microseconds, longer than the gap between two layers.
constexpr int kSpins = 2000;

void relax() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#else
  std::atomic_signal_fence(std::memory_order_seq_cst);
#endif
}

// Returns once `word` differs from `seen`.
void wait_for_change(const std::atomic<std::uint32_t>& word, std::uint32_t seen) {
  for (int spin = 0; spin < kSpins; ++spin) {
    if (word.load(std::memory_order_acquire) != seen) return;
    relax();
  }
  word.wait(seen, std::memory_order_acquire);
}

}  // namespace

// A section is open while its caller may accept help. Workers enter by counting themselves into `gate`; one that comes
// late finds it shut and leaves, so the caller never waits for a thread that is still waking up.
struct ThreadPool::State {
  static constexpr std::uint32_t kOpen = 1u << 31;

  struct alignas(64) Range {
    std::atomic<std::int64_t> next{0};
    std::int64_t end = 0;
  };

  std::vector<std::thread> workers;
  std::vector<int> cpus;                                       // empty: wherever the system puts them
  const FunctionRef<void(std::int64_t, int)>* task = nullptr;  // written, as the ranges are, while the gate is shut
  std::vector<Range> ranges;                                   // of the items, one for each thread
  alignas(64) std::atomic<std::uint32_t> gate{0};              // kOpen | workers inside
  alignas(64) std::atomic<std::uint32_t> generation{0};
  std::atomic<bool> stopping{false};

  void share_out(std::int64_t count) {
    const auto threads = static_cast<std::int64_t>(ranges.size());
    for (std::int64_t i = 0; i < threads; ++i) {
      Range& range = ranges[static_cast<std::size_t>(i)];
      const auto [begin, end] = part_of(count, threads, i);
      range.next.store(begin, std::memory_order_relaxed);
      range.end = end;
    }
  }

  // A thread's own first: what it wrote in the section before lies in its caches. Then whatever the others have left.
  void take_items(int thread) {
    for (std::size_t i = 0; i < ranges.size(); ++i) {
      Range& range = ranges[(static_cast<std::size_t>(thread) + i) % ranges.size()];
      while (range.next.load(std::memory_order_relaxed) < range.end) {
        const std::int64_t item = range.next.fetch_add(1, std::memory_order_relaxed);
        if (item < range.end) (*task)(item, thread);
      }
    }
  }

  void serve(int thread) {
    if (!cpus.empty()) pin_this_thread(cpus[static_cast<std::size_t>(thread)]);
    std::uint32_t seen = 0;
    for (;;) {
      wait_for_change(generation, seen);
      seen = generation.load(std::memory_order_acquire);
      if (stopping.load(std::memory_order_acquire)) return;
      if ((gate.fetch_add(1, std::memory_order_acq_rel) & kOpen) != 0) take_items(thread);
      gate.fetch_sub(1, std::memory_order_acq_rel);
      gate.notify_all();
    }
  }

  void run_section() {
    gate.fetch_or(kOpen, std::memory_order_acq_rel);
    generation.fetch_add(1, std::memory_order_acq_rel);
    generation.notify_all();
    take_items(0);
    std::uint32_t inside = gate.fetch_and(~kOpen, std::memory_order_acq_rel) & ~kOpen;
    while (inside != 0) {
      wait_for_change(gate, inside);
      inside = gate.load(std::memory_order_acquire);
    }
  }
};

ThreadPool::ThreadPool(int threads, std::vector<int> cpus) : state_(std::make_unique<State>()) {
  const int workers = std::max(threads, 1) - 1;
  if (cpus.size() > static_cast<std::size_t>(workers)) state_->cpus = std::move(cpus);
  state_->workers.reserve(static_cast<std::size_t>(workers));
  try {
    for (int i = 0; i < workers; ++i) state_->workers.emplace_back([state = state_.get(), i] { state->serve(i + 1); });
  } catch (const std::system_error&) {
    // The system refuses more threads: those that started do the work.
  }
  state_->ranges = std::vector<State::Range>(state_->workers.size() + 1);
}

ThreadPool::~ThreadPool() {
  state_->stopping.store(true, std::memory_order_release);
  state_->generation.fetch_add(1, std::memory_order_acq_rel);
  state_->generation.notify_all();
  for (std::thread& worker : state_->workers) worker.join();
}

int ThreadPool::threads() const { return static_cast<int>(state_->workers.size()) + 1; }

void ThreadPool::parallel_for(std::int64_t count, FunctionRef<void(std::int64_t item, int thread)> task) {
  if (count <= 1 || state_->workers.empty()) {
    for (std::int64_t item = 0; item < count; ++item) task(item, 0);
    return;
  }
  state_->task = &task;
  state_->share_out(count);
  state_->run_section();
}

}  // namespace diolkos
