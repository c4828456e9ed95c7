#include "kit/onnx_precision.h"

#include <string_view>

#include "kit/read_file.h"

namespace diolkos::plugin {
namespace {

bool holds_integer_operators(std::string_view bytes) {
  for (const std::string_view name : {"QuantizeLinear", "ConvInteger", "QLinearConv", "MatMulInteger"})
    if (bytes.find(name) != bytes.npos) return true;
  return false;
}

}  // namespace

Result<std::string> precision_of_onnx(const diolkos_load_options& options) {
  if (options.path == nullptr)
    return holds_integer_operators({static_cast<const char*>(options.bytes), options.size}) ? "int8" : "fp32";
  TRY_ASSIGN(const std::string bytes, read_file(options.path));
  return holds_integer_operators(bytes) ? "int8" : "fp32";
}

}  // namespace diolkos::plugin
