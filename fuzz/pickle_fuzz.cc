// Any bytes as a pickle: plain values, or an error.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "formats/pytorch/unpickler.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  diolkos::formats::pytorch::Heap heap(std::as_bytes(std::span(data, size)));
  const auto unpickled = diolkos::formats::pytorch::unpickle(heap);
  if (unpickled && unpickled->end > size) std::abort();
  return 0;
}
