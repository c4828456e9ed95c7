#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>

#include "base/cpu_list.h"
#include "base/thread_pool.h"

namespace diolkos {
namespace {

// CPUs' worth of time that a control group grants, rounded up; `fallback` where it sets no limit.
int quota_threads(int fallback) {
  double quota = -1;
  double period = 0;
  if (std::ifstream v2("/sys/fs/cgroup/cpu.max"); v2) {
    std::string text;
    v2 >> text >> period;
    if (!v2 || text == "max") return fallback;
    quota = std::atof(text.c_str());
  } else {
    std::ifstream quota_file("/sys/fs/cgroup/cpu/cpu.cfs_quota_us");
    std::ifstream period_file("/sys/fs/cgroup/cpu/cpu.cfs_period_us");
    if (!(quota_file >> quota) || !(period_file >> period)) return fallback;
  }
  if (quota <= 0 || period <= 0) return fallback;
  return static_cast<int>(std::min<double>(std::ceil(quota / period), fallback));
}

}  // namespace

int available_threads() {
  const std::size_t allowed = allowed_cpus().size();
  const int threads = std::max(1, static_cast<int>(allowed > 0 ? allowed : std::thread::hardware_concurrency()));
  return std::max(quota_threads(threads), 1);
}

}  // namespace diolkos
