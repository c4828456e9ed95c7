// What calibration found out about the values of a network.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "quantize/histogram.h"

namespace diolkos::quantize {

struct ValueStatistics {
  Histogram histogram;
  std::vector<double> channel_sums;  // of axis 1 of a tensor of rank 2 or more
  double per_channel = 0;            // elements in each of these sums

  double channel_mean(std::size_t channel) const { return channel_sums[channel] / per_channel; }
};

using Statistics = std::map<std::string, ValueStatistics, std::less<>>;  // by the value's name

}  // namespace diolkos::quantize
