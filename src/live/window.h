// The newest samples, and what they say.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "measure/statistics.h"

namespace diolkos::live {

class SampleWindow {
 public:
  explicit SampleWindow(std::size_t size = 256) : samples_(size) {}

  void add(double sample) {
    samples_[next_ % samples_.size()] = sample;
    ++next_;
  }
  bool empty() const { return next_ == 0; }
  measure::Summary summary() const {
    return measure::summarize(std::span(samples_.data(), std::min(next_, samples_.size())));
  }

 private:
  std::vector<double> samples_;
  std::size_t next_ = 0;
};

}  // namespace diolkos::live
