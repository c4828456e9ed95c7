// Threads for one session at a time: the caller is one of them. Workers spin briefly between parallel sections and
// then sleep, so that back-to-back layers start at once and an idle program costs nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/function_ref.h"

namespace diolkos {

class ThreadPool {
 public:
  // At least 1; threads - 1 workers are started. With `cpus`, one for each thread, worker i stays on cpus[i]; the
  // caller, thread 0, is the caller's affair (PinnedScope).
  explicit ThreadPool(int threads, std::vector<int> cpus = {});
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const;

  // Calls task(i, thread) once for each i in [0, count), thread in [0, threads()); returns when all are done.
  // Each thread begins with a range of its own, the same part of [0, count) every time, and then helps the others:
  // sections that split their work alike find in a core's caches what it wrote before. No allocation. Not to be nested;
  // one caller at a time.
  void parallel_for(std::int64_t count, FunctionRef<void(std::int64_t item, int thread)> task);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Threads that this process may run on (its CPU affinity and cgroup quota), at least 1.
int available_threads();

}  // namespace diolkos
