#include <algorithm>

#include <fmt/format.h>

#include "formats/onnx/downgrade_rules.h"
#include "graph/element_type.h"

namespace diolkos::formats::onnx_io {

Status drop_resize_antialias(Downgrade& downgrade) {
  TRY(downgrade.drop_int("antialias", 0, 18));
  const std::string_view policy = downgrade.out.attributes.string_or("keep_aspect_ratio_policy", "stretch");
  if (policy != "stretch") return downgrade.needs_opset(fmt::format("keep_aspect_ratio_policy '{}'", policy), 18);
  downgrade.out.attributes.erase("keep_aspect_ratio_policy");
  return {};
}

Status refuse_new_resize_mode(Downgrade& downgrade) {
  const std::string_view mode = downgrade.out.attributes.string_or("coordinate_transformation_mode", "half_pixel");
  if (mode != "half_pixel_symmetric") return {};
  return downgrade.needs_opset("coordinate_transformation_mode 'half_pixel_symmetric'", 19);
}

Status refuse_wrapped_pad(Downgrade& downgrade) {
  if (downgrade.out.attributes.string_or("mode", "constant") != "wrap") return {};
  return downgrade.needs_opset("mode 'wrap'", 19);
}

Status drop_training_mode(Downgrade& downgrade) { return downgrade.drop_int("training_mode", 0, 14); }

// Reshape(x, shape) {allowzero=1} -> Reshape(x, shape), where shape has no zero
Status drop_allow_zero(Downgrade& downgrade) {
  if (downgrade.out.attributes.int_or("allowzero", 0) == 0) return downgrade.drop_int("allowzero", 0, 14);
  TRY_ASSIGN(const auto shape, downgrade.constant_input(1, "shape"));
  if (std::find(shape.begin(), shape.end(), 0) != shape.end()) return downgrade.needs_opset("allowzero", 14);
  downgrade.out.attributes.erase("allowzero");
  return {};
}

Status drop_pool_dilations(Downgrade& downgrade) {
  const auto dilations = downgrade.out.attributes.ints_or("dilations", {});
  if (std::any_of(dilations.begin(), dilations.end(), [](std::int64_t dilation) { return dilation != 1; }))
    return downgrade.needs_opset(fmt::format("a dilation of [{}]", fmt::join(dilations, ",")), 19);
  downgrade.out.attributes.erase("dilations");
  return {};
}

// Both only matter for float8 results, which no graph of ours has.
Status drop_saturate(Downgrade& downgrade) {
  downgrade.out.attributes.erase("saturate");
  return {};
}

Status drop_round_mode(Downgrade& downgrade) {
  downgrade.out.attributes.erase("round_mode");
  return {};
}

Status drop_quantized_blocks(Downgrade& downgrade) {
  TRY(downgrade.drop_int("block_size", 0, 21));
  const bool quantizes = downgrade.source.op == graph::Op::QuantizeLinear;
  const DType stored = quantizes ? downgrade.output_type().dtype : downgrade.input_type(0).dtype;
  if (stored == DType::int16 || stored == DType::uint16) return downgrade.needs_opset(name_of(stored), 21);
  return {};
}

// QuantizeLinear(x, scale) {output_dtype} -> QuantizeLinear(x, scale, zeros of that type)
Status zero_point_for_type(Downgrade& downgrade) {
  const auto dtype = graph::dtype_of_onnx(downgrade.out.attributes.int_or("output_dtype", 0));
  downgrade.out.attributes.erase("output_dtype");
  if (!dtype || downgrade.has_input(2)) return {};
  TRY_ASSIGN(const Tensor zeros, Tensor::zeros(*dtype, downgrade.input_type(1).shape));
  downgrade.set_input(2, downgrade.constant("zero_point", zeros));
  return {};
}

Status drop_quantize_precision(Downgrade& downgrade) { return downgrade.drop_int("precision", 0, 23); }

Status drop_dequantize_type(Downgrade& downgrade) {
  const DType scale = downgrade.input_type(1).dtype;
  if (downgrade.output_type().dtype != scale)
    return downgrade.needs_opset("output_dtype other than the scale's type", 23);
  downgrade.out.attributes.erase("output_dtype");
  return {};
}

}  // namespace diolkos::formats::onnx_io
