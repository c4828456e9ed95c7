#include "kit/library.h"

#include <cstdlib>
#include <sstream>

#include <glob.h>

namespace diolkos::plugin {
namespace {

// The last by name of the files that the pattern fits: of several versions the newest.
std::string newest(const std::string& pattern) {
  glob_t found{};
  std::string path;
  if (::glob(pattern.c_str(), 0, nullptr, &found) == 0 && found.gl_pathc > 0)
    path = found.gl_pathv[found.gl_pathc - 1];
  ::globfree(&found);
  return path;
}

std::string cache_folder() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && cache[0] == '/') return std::string(cache) + "/diolkos";
  const char* home = std::getenv("HOME");
  return home != nullptr && home[0] == '/' ? std::string(home) + "/.cache/diolkos" : "";
}

std::vector<std::string> candidates(const LibraryName& name) {
  std::vector<std::string> paths;
  const auto add = [&](const std::string& pattern) {
    if (std::string path = newest(pattern); !path.empty()) paths.push_back(std::move(path));
  };
  if (const char* given = std::getenv("DIOLKOS_RUNTIME_PATH"); given != nullptr) {
    std::istringstream list(given);
    for (std::string folder; std::getline(list, folder, ':');) {
      if (folder.empty()) continue;
      add(folder + "/" + name.pattern);
      if (!name.folder.empty()) add(folder + "/" + name.folder + "/" + name.pattern);
    }
  }
  if (const std::string cache = cache_folder(); !cache.empty() && !name.package.empty())
    add(cache + "/runtimes/" + name.package + "-*/" + name.folder + "/" + name.pattern);
  paths.insert(paths.end(), name.system.begin(), name.system.end());
  return paths;
}

}  // namespace

Result<Library> Library::open(const LibraryName& name) {
  std::string problem;
  Library library;
  for (const std::string& path : candidates(name)) {
    library.handle_ = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    library.path_ = path;
    if (library.handle_ != nullptr) return library;
    const char* reason = ::dlerror();
    if (path.front() == '/') problem = reason != nullptr ? reason : path;
  }
  if (!problem.empty()) return unsupported("its library cannot be opened: " + problem);
  const std::string advice = name.package.empty()
                                 ? "put its folder into DIOLKOS_RUNTIME_PATH"
                                 : "'diolkos runtimes --install " + name.package + "' brings it";
  return unsupported("its library " + name.pattern + " is not on this machine; " + advice);
}

Status Symbols::complete(const char* otherwise) const {
  if (missing_.empty()) return {};
  return unsupported(library_.path() + " " + otherwise + ": it does not export " + missing_);
}

}  // namespace diolkos::plugin
