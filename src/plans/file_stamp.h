// Whether a file is the one that it was, without reading it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace diolkos::plans {

// Size, inode, and the times of the last change of content and of anything, to the nanosecond: "1042:77:…". A file with
// the same stamp is taken for the same file. Nothing where there is no such file.
std::optional<std::string> stamp_of(const std::filesystem::path& path);

}  // namespace diolkos::plans
