#include "engines/model_bytes.h"

#include <fmt/format.h>

#include "formats/onnx/onnx_file.h"
#include "formats/tflite/legalize.h"
#include "formats/tflite/lower.h"
#include "formats/tflite/write_model.h"

namespace diolkos::engines {

Result<std::vector<std::byte>> model_bytes(const graph::Graph& graph, std::string_view format) {
  if (format == "onnx") return formats::serialize_onnx(graph);
  if (format != "tflite") return unsupported(fmt::format("a network cannot be written as {} here", format));
  graph::Graph copy = graph;
  TRY(tflite::legalize(copy));
  TRY_ASSIGN(const tflite::Model model, tflite::lower(copy));
  return tflite::serialize(model);
}

}  // namespace diolkos::engines
