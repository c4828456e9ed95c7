// Logs how many frames were dropped, at intervals in which any were.
#pragma once

#include "live/statistics.h"

namespace diolkos::live {

class DropLog {
 public:
  DropLog(const Statistics& statistics, Clock::duration interval)
      : statistics_(statistics), interval_(interval), last_(Clock::now()) {}

  // To be called often; cheap until the interval is over.
  void look(Clock::time_point now);

 private:
  const Statistics& statistics_;
  const Clock::duration interval_;
  Clock::time_point last_;
  std::int64_t overtaken_ = 0, by_sinks_ = 0;  // told of so far
};

}  // namespace diolkos::live
