// Memory of tensors, weights and activations.
#pragma once

#include <cstddef>
#include <memory>

namespace diolkos {

inline constexpr std::size_t kLine = 64;
inline constexpr std::size_t kHugePage = std::size_t{2} << 20;

// At least one byte, on a boundary of a line, or of a huge page where there is so much; null where memory is out.
std::shared_ptr<std::byte> aligned_memory(std::size_t bytes);

}  // namespace diolkos
