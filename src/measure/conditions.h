// What else happened on the machine while something was measured: read before and after, no thread of its own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace diolkos::measure {

// Counters and gauges of one moment; absent where the machine does not have them.
struct Reading {
  double at_ms = 0;                         // monotonic
  std::optional<double> processor_ms;       // of all processes on all processors, since boot
  double own_processor_ms = 0;              // of this process and its children
  std::optional<double> frequency_mhz;      // the mean over the processors
  std::optional<double> temperature_c;      // of the hottest zone
  std::optional<std::int64_t> throttlings;  // the kernel's count of thermal events
  std::optional<double> energy_j;           // of the packages (RAPL), since some moment
};

// `root` stands for "/": tests have a tree of their own.
Reading read_conditions(const std::filesystem::path& root = "/");

struct Conditions {
  double seconds = 0;
  std::optional<double> others{};  // processors that other processes kept busy, on average: 0.3 of one
  std::optional<double> frequency_before_mhz{}, frequency_after_mhz{};
  std::optional<double> temperature_before_c{}, temperature_after_c{};
  std::optional<std::int64_t> throttlings{};
  std::optional<double> power_w{};  // of the packages, on average
};

Conditions between(const Reading& before, const Reading& after);

}  // namespace diolkos::measure
