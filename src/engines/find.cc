#include "engines/find.h"

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include <fmt/format.h>

#include "base/folder_entries.h"
#include "base/nearest_name.h"
#include "engines/probe.h"
#include "engines/program_folder.h"

namespace diolkos::engines {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "libdiolkos_";
constexpr std::string_view kEnding = ".so";

std::vector<Plugin> plugins_in(const fs::path& folder) {
  std::vector<Plugin> found;
  const auto entries = folder_entries(folder);
  if (!entries) return found;
  for (const fs::path& path : *entries) {
    const std::string file = path.filename().string();
    if (!file.starts_with(kPrefix) || !file.ends_with(kEnding)) continue;
    found.push_back({file.substr(kPrefix.size(), file.size() - kPrefix.size() - kEnding.size()), path});
  }
  return found;
}

Result<Engine> open_probed(const fs::path& path) {
  TRY_ASSIGN(const Probe answer, probe(path));
  if (!answer.absent.empty()) return unsupported(fmt::format("{}: {}", answer.name, answer.absent));
  return Engine::open(path);
}

}  // namespace

fs::path program_folder() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error).parent_path();
}

std::vector<fs::path> plugin_folders() {
  std::vector<fs::path> folders;
  if (const char* given = std::getenv("DIOLKOS_PLUGIN_PATH"); given != nullptr) {
    std::istringstream list(given);
    for (std::string folder; std::getline(list, folder, ':');)
      if (!folder.empty()) folders.emplace_back(folder);
  }
  const fs::path program = program_folder();
  if (program.empty()) return folders;
  folders.push_back(program.parent_path() / "plugins");
  folders.push_back(program.parent_path() / "lib" / "diolkos" / "plugins");
  return folders;
}

std::vector<Plugin> find_plugins() {
  std::vector<Plugin> plugins;
  for (const fs::path& folder : plugin_folders())
    for (Plugin& one : plugins_in(folder))
      if (std::ranges::find(plugins, one.name, &Plugin::name) == plugins.end()) plugins.push_back(std::move(one));
  std::ranges::sort(plugins, {}, &Plugin::name);
  return plugins;
}

Result<Engine> open_engine(std::string_view name, const fs::path& plugin) {
  if (!plugin.empty()) return open_probed(plugin);
  if (name == "native") return Engine::native();
  const std::vector<Plugin> plugins = find_plugins();
  const auto found = std::ranges::find(plugins, name, &Plugin::name);
  if (found != plugins.end()) return open_probed(found->path);
  std::vector<std::string_view> known{"native"};
  for (const Plugin& one : plugins) known.push_back(one.name);
  return failure(ErrorCode::usage, fmt::format("runtime '{}': there is no such plugin{}; there are: {}", name,
                                               did_you_mean(name, known), fmt::join(known, ", ")));
}

}  // namespace diolkos::engines
