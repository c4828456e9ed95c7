// Any bytes as an ONNX model: a graph or an error.
#include <cstddef>
#include <cstdint>
#include <span>

#include "formats/onnx/onnx_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto graph = diolkos::formats::read_onnx(std::as_bytes(std::span(data, size)));
  if (graph) static_cast<void>(graph->order());
  return 0;
}
