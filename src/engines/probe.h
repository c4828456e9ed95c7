// Asks a plugin about its runtime in a process of its own: one that crashes or hangs while loading costs an error.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "engines/engine.h"

namespace diolkos::engines {

struct Probe {
  std::string name, build;
  std::string version;  // of the runtime; empty where it is absent
  std::string absent;   // why it is absent and what brings it
  std::vector<Device> devices;
  std::vector<Capability> capabilities;
};

// Runs the program `diolkos-probe`, which lies beside this program or the plugin. Errors say how it ended: a signal, no
// answer in time, not a plugin, another version of the contract.
Result<Probe> probe(const std::filesystem::path& plugin, std::chrono::milliseconds timeout = std::chrono::seconds(10));

}  // namespace diolkos::engines
