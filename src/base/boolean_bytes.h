// Bytes from a file that are to be read as bool: C++ knows only 0 and 1.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

namespace diolkos {

inline bool are_booleans(std::span<const std::byte> bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::byte byte) { return byte <= std::byte{1}; });
}

}  // namespace diolkos
