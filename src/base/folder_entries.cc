#include "base/folder_entries.h"

#include <algorithm>
#include <system_error>

#include <fmt/format.h>

namespace diolkos {

// A range-for over directory_iterator throws where a later entry cannot be read, whatever its constructor was given.
Result<std::vector<std::filesystem::path>> folder_entries(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    paths.push_back(entry->path());
  if (error) return io_failure(fmt::format("{}: the folder cannot be read: {}", folder.string(), error.message()));
  std::ranges::sort(paths);
  return paths;
}

}  // namespace diolkos
