// What lies in a folder.
#pragma once

#include <filesystem>
#include <vector>

#include "base/result.h"

namespace diolkos {

// The paths of what lies in `folder` itself, hidden names and folders as well, sorted. An error that names the folder:
// missing, no folder, unreadable, or lost while it was read.
Result<std::vector<std::filesystem::path>> folder_entries(const std::filesystem::path& folder);

}  // namespace diolkos
