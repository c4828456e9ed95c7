// The page: one HTML document with everything in it.
#pragma once

#include <string_view>

namespace diolkos::web {

std::string_view page();

}  // namespace diolkos::web
