// CPUs by number, as taskset and cpusets write them.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace diolkos {

// Those that the calling thread may run on; empty where the system does not tell.
std::vector<int> allowed_cpus();

// "0-3,6" is 0, 1, 2, 3 and 6. Errors: another form, a CPU twice, one that this process may not run on.
Result<std::vector<int>> parse_cpus(std::string_view text);

// Keeps the calling thread on one CPU for good; where the system refuses it stays where it is.
void pin_this_thread(int cpu);

// The same for a scope: afterwards the thread may run where it might before.
class PinnedScope {
 public:
  explicit PinnedScope(std::optional<int> cpu);  // none: nothing happens
  ~PinnedScope();
  PinnedScope(const PinnedScope&) = delete;
  PinnedScope& operator=(const PinnedScope&) = delete;

 private:
  std::vector<int> before_;  // empty where nothing is to be put back
};

}  // namespace diolkos
