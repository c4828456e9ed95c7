// Any bytes as a PyTorch checkpoint: tensors whose every element can be read, or an error.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "formats/pytorch/checkpoint.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::int64_t kLookAt = 1 << 16;  // elements: larger tensors only take time
  const std::shared_ptr<const std::byte> bytes(reinterpret_cast<const std::byte*>(data), [](const std::byte*) {});
  const auto weights = diolkos::formats::read_checkpoint(bytes, size);
  if (!weights) return 0;
  for (const auto& entry : weights->tensors)
    if (entry.tensor.elements() <= kLookAt && !to_float32(entry.tensor)) std::abort();
  return 0;
}
