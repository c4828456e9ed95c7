// A file's bytes, for what a runtime or a reader takes from memory.
#pragma once

#include <string>

#include "base/result.h"

namespace diolkos::plugin {

// The whole file; an error names it.
Result<std::string> read_file(const std::string& path);

}  // namespace diolkos::plugin
