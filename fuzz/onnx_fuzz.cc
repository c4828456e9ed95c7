// Any bytes as an ONNX model: a graph or an error, and then types for its values or an error.
#include <cstddef>
#include <cstdint>
#include <span>

#include "formats/onnx/onnx_file.h"
#include "graph/infer.h"
#include "graph/verify.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto graph = diolkos::formats::read_onnx(std::as_bytes(std::span(data, size)));
  if (!graph) return 0;
  static_cast<void>(diolkos::graph::infer_shapes(*graph));
  static_cast<void>(diolkos::graph::verify(*graph));
  return 0;
}
