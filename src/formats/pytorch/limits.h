// How much a checkpoint may ask for.
#pragma once

#include <cstdint>

namespace diolkos::formats::pytorch {

inline constexpr std::uint64_t kMaxPickle = std::uint64_t{64} << 20;  // bytes of a data.pkl; real ones stay below 1 MB

// Bytes of all tensors that are copied out of their storage.
inline constexpr std::uint64_t gather_limit(std::uint64_t file_size) {
  return file_size * 4 + (std::uint64_t{64} << 20);
}

}  // namespace diolkos::formats::pytorch
