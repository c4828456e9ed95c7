// The machine that a figure was taken on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace diolkos::measure {

struct Machine {
  std::string name;                   // "NVIDIA Jetson Orin NX", as the firmware tells it; empty where it does not
  std::string cpu;                    // "AMD EPYC 9B14"
  std::vector<std::string> features;  // "avx512", "avx512_vnni", …
  int threads = 0;                    // that this process may run on
  std::uint64_t memory_mb = 0;
  std::string system;       // "Linux 6.1.0 x86_64"
  double load_before = -1;  // one-minute load average when described; -1 where unknown
};

Machine describe_machine();

double peak_rss_mb();  // of this process so far

}  // namespace diolkos::measure
