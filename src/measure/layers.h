// Where the time of one inference goes: each layer's kernel, its time, and its share of what the machine can do.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace diolkos::measure {

struct Layer {
  std::string name;
  std::string kernel;
  std::string reason;              // the estimates that chose the kernel; may be empty
  std::int64_t multiply_adds = 0;  // of the layer as written: Winograd's method does fewer
  double milliseconds = 0;
};

struct LayerTimes {
  std::vector<Layer> layers;  // in order of running
  double peak_gflops = 0;     // of a register-only loop with the same threads; 0: not measured

  double milliseconds() const;
  static double gflops(const Layer& layer);
  double share_of_peak(const Layer& layer) const;  // more than 1 where Winograd saves more than it loses
  double share_of_time(const Layer& layer) const;
};

// Layer by layer the median over several runs that all have the same layers.
LayerTimes median_of(std::span<const std::vector<Layer>> runs);

std::string to_text(const LayerTimes& times);

}  // namespace diolkos::measure
