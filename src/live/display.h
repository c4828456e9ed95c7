// Whether windows can be opened here.
#pragma once

#include <optional>
#include <string>

namespace diolkos::live {

// Why there is no display; nothing where one answers.
std::optional<std::string> no_display();

}  // namespace diolkos::live
