// Any bytes as an image's or a video's file: cut or not, nothing else happens.
#include <cstddef>
#include <cstdint>
#include <span>

#include "video/completeness.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static_cast<void>(diolkos::video::find_cut(std::as_bytes(std::span(data, size))));
  return 0;
}
