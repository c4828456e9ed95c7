#include <fmt/format.h>

#include "graph/element_type.h"
#include "graph/infer_rules.h"
#include "graph/quantize_layout.h"

namespace diolkos::graph {
namespace {

bool is_stored(DType dtype) {
  return dtype == DType::int8 || dtype == DType::uint8 || dtype == DType::int16 || dtype == DType::uint16;
}

// The type that output_dtype names; `fallback` where it is absent.
Result<DType> output_dtype(const NodeView& view, DType fallback) {
  const std::int64_t code = view.attributes().int_or("output_dtype", 0);
  if (code == 0) return fallback;
  const auto dtype = dtype_of_onnx(code);
  if (!dtype)
    return view.error(fmt::format("output_dtype is {}, which is not an element type that Diolkos holds", code));
  return *dtype;
}

Status check_scale(const NodeView& view) {
  if (!is_float(view.dtype(1))) return view.error(fmt::format("scale is {}, expected floats", name_of(view.dtype(1))));
  // onnxruntime's quantizer writes a bias's one scale as a list and its zero point as a scalar.
  const bool one_of_each = view.has(2) && view.shape(1).elements() == 1 && view.shape(2).elements() == 1;
  if (view.has(2) && !one_of_each && !(view.shape(2) == view.shape(1)))
    return view.error(fmt::format("zero point is {}, scale is {}; expected the same shape", to_string(view.shape(2)),
                                  to_string(view.shape(1))));
  return {};
}

Result<QuantizeLayout> blocked(const NodeView& view, std::int64_t block) {
  const Shape& input = view.shape(0);
  const Shape& scale = view.shape(1);
  TRY_ASSIGN(const int axis, view.axis(view.attributes().int_or("axis", 1), input.rank()));
  bool fits = scale.rank() == input.rank() && block > 0;
  for (int i = 0; fits && i < input.rank(); ++i) {
    const std::int64_t blocks = i == axis ? input[i] / block + (input[i] % block != 0) : input[i];
    fits = scale[i] == blocks;
  }
  if (!fits)
    return view.error(fmt::format("scale is {} for an input of {} in blocks of {} along axis {}", to_string(scale),
                                  to_string(input), block, axis));
  return QuantizeLayout{axis, block};
}

}  // namespace

Result<QuantizeLayout> resolve_quantize(const NodeView& view) {
  const std::int64_t block = view.attributes().int_or("block_size", 0);
  if (block != 0) return blocked(view, block);
  const Shape& scale = view.shape(1);
  if (scale.rank() == 0 || (scale.rank() == 1 && scale[0] == 1)) return QuantizeLayout{};
  TRY_ASSIGN(const int axis, view.axis(view.attributes().int_or("axis", 1), view.rank(0)));
  if (scale.rank() != 1 || scale[0] != view.shape(0)[axis])
    return view.error(fmt::format("scale is {}, expected one element or {} for axis {} of {}", to_string(scale),
                                  view.shape(0)[axis], axis, to_string(view.shape(0))));
  return QuantizeLayout{axis, 0};
}

Types infer_quantize(const NodeView& view) {
  if (!is_float(view.dtype(0)) && view.dtype(0) != DType::int32)
    return view.error(fmt::format("input is {}, expected floats or int32", name_of(view.dtype(0))));
  TRY(check_scale(view));
  TRY(resolve_quantize(view));
  TRY_ASSIGN(const DType dtype, output_dtype(view, view.has(2) ? view.dtype(2) : DType::uint8));
  const bool carries = view.graph().value(view.node().output()).type.quantization.has_value();
  if (!is_stored(dtype) && !(carries && dtype == DType::int32))
    return view.error(fmt::format("output is {}, expected 8 or 16-bit integers", name_of(dtype)));
  if (view.has(2) && view.dtype(2) != dtype)
    return view.error(fmt::format("zero point is {}, output_dtype says {}", name_of(view.dtype(2)), name_of(dtype)));
  return one(dtype, view.shape(0));
}

Types infer_dequantize(const NodeView& view) {
  const DType stored = view.type(0).dtype;
  if (!is_stored(stored) && stored != DType::int32)
    return view.error(fmt::format("input is {}, expected 8 or 16-bit integers or int32", name_of(stored)));
  TRY(check_scale(view));
  TRY(resolve_quantize(view));
  if (view.has(2) && view.dtype(2) != stored)
    return view.error(fmt::format("zero point is {}, input is {}", name_of(view.dtype(2)), name_of(stored)));
  TRY_ASSIGN(const DType dtype, output_dtype(view, view.dtype(1)));
  if (!is_float(dtype)) return view.error(fmt::format("output_dtype is {}, expected floats", name_of(dtype)));
  return one(dtype, view.shape(0));
}

}  // namespace diolkos::graph
