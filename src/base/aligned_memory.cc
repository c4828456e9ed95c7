#include "base/aligned_memory.h"

#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>

namespace diolkos {

std::shared_ptr<std::byte> aligned_memory(std::size_t bytes) {
  const std::size_t alignment = bytes >= kHugePage ? kHugePage : kLine;
  if (bytes > SIZE_MAX / 2) return nullptr;
  std::shared_ptr<std::byte> memory(
      static_cast<std::byte*>(std::aligned_alloc(alignment, (bytes / alignment + 1) * alignment)), std::free);
  // Advice only: fewer address translations while the memory streams.
  if (memory != nullptr && alignment == kHugePage) madvise(memory.get(), bytes / kHugePage * kHugePage, MADV_HUGEPAGE);
  return memory;
}

}  // namespace diolkos
