// The figures of a result document that are worth following over time.
#pragma once

#include <string_view>
#include <vector>

#include "history/history.h"

namespace diolkos::history {

Result<std::vector<Entry>> entries_of(std::string_view document, std::string_view time);

}  // namespace diolkos::history
