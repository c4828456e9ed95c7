// Any bytes as a safetensors file: tensors inside it, or an error.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "formats/safetensors/safetensors.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::shared_ptr<const std::byte> bytes(reinterpret_cast<const std::byte*>(data), [](const std::byte*) {});
  const auto weights = diolkos::formats::read_safetensors(bytes, size);
  if (!weights) return 0;
  for (const auto& entry : weights->tensors)
    if (entry.tensor.bytes() > size || !to_float32(entry.tensor)) std::abort();
  return 0;
}
