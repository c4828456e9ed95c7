#include <cstdlib>

#include "fetch/fetch.h"

namespace diolkos::fetch {

Result<std::filesystem::path> cache_folder() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && cache[0] == '/') return std::filesystem::path(cache) / "diolkos";
  const char* home = std::getenv("HOME");
  if (home != nullptr && home[0] == '/') return std::filesystem::path(home) / ".cache" / "diolkos";
  return io_failure("there is no folder for downloads: neither XDG_CACHE_HOME nor HOME is set to an absolute path");
}

}  // namespace diolkos::fetch
