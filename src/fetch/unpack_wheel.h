// Shared libraries and licences out of a wheel, which is a zip archive.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.h"

namespace diolkos::fetch {

// Unpacks the entries whose paths begin with `wanted`, and the licences, into `folder`, which is made. An error where
// nothing begins so, or a path would leave the folder.
Status unpack_wheel(const std::filesystem::path& wheel, std::string_view wanted, const std::filesystem::path& folder);

}  // namespace diolkos::fetch
