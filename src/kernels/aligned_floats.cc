#include "kernels/aligned_floats.h"

#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace diolkos::kernels {
namespace {

constexpr std::size_t kLine = 64;
constexpr std::size_t kHugePage = std::size_t{2} << 20;

}  // namespace

AlignedFloats::AlignedFloats(std::size_t count) {
  if (count > SIZE_MAX / (2 * sizeof(float))) return;
  const std::size_t bytes = count * sizeof(float);
  const std::size_t alignment = bytes >= kHugePage ? kHugePage : kLine;
  const std::size_t rounded = (bytes / alignment + 1) * alignment;
  auto* memory = static_cast<float*>(std::aligned_alloc(alignment, rounded));
  if (memory == nullptr) return;
  // Advice only: fewer address translations while weights stream.
  if (alignment == kHugePage) madvise(memory, bytes / kHugePage * kHugePage, MADV_HUGEPAGE);
  std::memset(memory, 0, bytes);
  data_.reset(memory, std::free);
  size_ = count;
}

}  // namespace diolkos::kernels
