#include "formats/onnx/downgrade_rules.h"

namespace diolkos::formats::onnx_io {

Status refuse_narrow_integers(Downgrade& downgrade) {
  const DType dtype = downgrade.input_type(0).dtype;
  if (!is_integer(dtype) || size_of(dtype) > 2) return {};
  return downgrade.needs_opset(name_of(dtype), 14);
}

Status refuse_bfloat16(Downgrade& downgrade) {
  if (downgrade.input_type(0).dtype != DType::bfloat16) return {};
  return downgrade.needs_opset("bfloat16", 22);
}

}  // namespace diolkos::formats::onnx_io
