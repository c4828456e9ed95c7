// TFLite files: bytes to a model, and a model to a graph.
#include <cstddef>
#include <cstdint>
#include <span>

#include "formats/tflite/raise.h"
#include "formats/tflite/read_model.h"
#include "formats/tflite/write_model.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto model = diolkos::tflite::read_model(std::as_bytes(std::span(data, size)));
  if (!model) return 0;
  (void)diolkos::tflite::raise(*model);
  (void)diolkos::tflite::serialize(*model);
  return 0;
}
