// Plugins by name: where they lie, and opening them without letting a broken one take the program down.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engines/engine.h"

namespace diolkos::engines {

struct Plugin {
  std::string name;  // "onnxruntime", of libdiolkos_onnxruntime.so
  std::filesystem::path path;
};

// The folders that are searched, in order: $DIOLKOS_PLUGIN_PATH (separated by colons), the build tree's or the install
// tree's plugin folder beside the running program.
std::vector<std::filesystem::path> plugin_folders();

// Every plugin found, by name; of two with one name the first folder's counts.
std::vector<Plugin> find_plugins();

// "native", or the plugin of that name, probed in a process of its own and then opened. `plugin` (--plugin) is a shared
// object to take instead of searching. Unknown names are usage errors with the nearest known one; a runtime that is
// absent is an error that says what brings it.
Result<Engine> open_engine(std::string_view name, const std::filesystem::path& plugin = {});

}  // namespace diolkos::engines
