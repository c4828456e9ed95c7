#include "kernels/aligned_floats.h"

#include <cstdint>
#include <cstring>

#include "base/aligned_memory.h"

namespace diolkos::kernels {

AlignedFloats::AlignedFloats(std::size_t count) {
  if (count > SIZE_MAX / (2 * sizeof(float))) return;
  auto memory = aligned_memory(count * sizeof(float));
  if (memory == nullptr) return;
  std::memset(memory.get(), 0, count * sizeof(float));
  data_ = std::shared_ptr<float>(memory, reinterpret_cast<float*>(memory.get()));
  size_ = count;
}

}  // namespace diolkos::kernels
