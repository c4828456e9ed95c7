// Any bytes as a .npy file: a tensor no larger than they are, or an error.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "formats/npy/npy.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto tensor = diolkos::formats::read_npy(std::as_bytes(std::span(data, size)));
  if (tensor && tensor->bytes() > size) std::abort();
  return 0;
}
