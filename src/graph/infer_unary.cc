#include <fmt/format.h>

#include "graph/element_type.h"
#include "graph/infer_rules.h"

namespace diolkos::graph {

Types infer_unary(const NodeView& view) { return one(view.dtype(0), view.shape(0)); }

Types infer_gelu(const NodeView& view) {
  const std::string_view approximate = view.attributes().string_or("approximate", "none");
  if (approximate != "none" && approximate != "tanh")
    return view.error(fmt::format("approximate is '{}', expected 'none' or 'tanh'", approximate));
  return one(view.dtype(0), view.shape(0));
}

Types infer_clip(const NodeView& view) {
  for (std::size_t i = 1; i < 3; ++i) {
    if (!view.has(i)) continue;
    if (view.dtype(i) != view.dtype(0) || view.shape(i).elements() != 1)
      return view.error(fmt::format("bound {} is {} {}, expected one {}", i, name_of(view.dtype(i)),
                                    to_string(view.shape(i)), name_of(view.dtype(0))));
  }
  return one(view.dtype(0), view.shape(0));
}

Types infer_not(const NodeView& view) {
  if (view.dtype(0) != DType::boolean)
    return view.error(fmt::format("input is {}, expected bool", name_of(view.dtype(0))));
  return one(DType::boolean, view.shape(0));
}

Types infer_dropout(const NodeView& view) {
  return std::vector<TensorType>{{view.dtype(0), view.shape(0), {}}, {DType::boolean, view.shape(0), {}}};
}

Types infer_cast(const NodeView& view) {
  const std::int64_t code = view.attributes().int_or("to", 0);
  const auto dtype = dtype_of_onnx(code);
  if (!dtype) return view.error(fmt::format("to is {}, which is not an element type that Diolkos holds", code));
  return one(*dtype, view.shape(0));
}

Types infer_cast_like(const NodeView& view) { return one(view.dtype(1), view.shape(0)); }

}  // namespace diolkos::graph
