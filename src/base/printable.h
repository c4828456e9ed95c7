// Text from a file on its way into a message: one line, no control characters, of bounded length.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace diolkos {

// Bytes outside printable ASCII as \xNN; cut after `limit` bytes of text with "...".
std::string printable(std::string_view text, std::size_t limit = 100);

// Valid UTF-8 without control characters: fit to name a tensor.
bool is_plain_text(std::string_view text);

}  // namespace diolkos
