// A package index's page of one project (PEP 503): which address a file has.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace diolkos::fetch {

// The address of `file` among the links of `page`, which lies at `address`; without its #fragment.
std::optional<std::string> link_to(std::string_view page, std::string_view file, std::string_view address);

// Downloads the page at `address` (by way of `folder`) and looks `file` up.
Result<std::string> find_in_index(const std::string& address, std::string_view file,
                                  const std::filesystem::path& folder);

}  // namespace diolkos::fetch
