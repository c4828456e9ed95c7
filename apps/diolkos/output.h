// What commands write for people and for machines.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace diolkos::cli {

// To standard output for "-", else to a file that appears whole.
Status write_document(const std::string& destination, std::string_view text);

void print(std::string_view text);  // to standard output

}  // namespace diolkos::cli
