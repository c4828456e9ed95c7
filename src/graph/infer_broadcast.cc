#include <fmt/format.h>

#include "graph/broadcast.h"
#include "graph/infer_rules.h"

namespace diolkos::graph {
namespace {

Result<Shape> broadcast_inputs(const NodeView& view, std::size_t first) {
  Shape shape = view.shape(first);
  for (std::size_t i = first + 1; i < view.input_count(); ++i) {
    const auto wider = broadcast(shape, view.shape(i));
    if (!wider)
      return view.error(
          fmt::format("inputs of {} and {} do not broadcast", to_string(shape), to_string(view.shape(i))));
    shape = *wider;
  }
  return shape;
}

Status same_types(const NodeView& view, std::size_t first) {
  for (std::size_t i = first + 1; i < view.input_count(); ++i)
    if (view.dtype(i) != view.dtype(first))
      return view.error(fmt::format("input {} is {}, input {} is {}; cast one of them", i, name_of(view.dtype(i)),
                                    first, name_of(view.dtype(first))));
  return {};
}

}  // namespace

Types infer_arithmetic(const NodeView& view) {
  TRY(same_types(view, 0));
  if (view.dtype(0) == DType::boolean) return view.error("input 0 is bool, expected numbers");
  TRY_ASSIGN(const Shape shape, broadcast_inputs(view, 0));
  return one(view.dtype(0), shape);
}

Types infer_compare(const NodeView& view) {
  TRY(same_types(view, 0));
  TRY_ASSIGN(const Shape shape, broadcast_inputs(view, 0));
  return one(DType::boolean, shape);
}

Types infer_logic(const NodeView& view) {
  TRY(same_types(view, 0));
  if (view.dtype(0) != DType::boolean)
    return view.error(fmt::format("input 0 is {}, expected bool", name_of(view.dtype(0))));
  TRY_ASSIGN(const Shape shape, broadcast_inputs(view, 0));
  return one(DType::boolean, shape);
}

Types infer_power(const NodeView& view) {
  for (std::size_t i = 0; i < 2; ++i)
    if (view.dtype(i) == DType::boolean) return view.error(fmt::format("input {} is bool, expected numbers", i));
  TRY_ASSIGN(const Shape shape, broadcast_inputs(view, 0));
  return one(view.dtype(0), shape);
}

Types infer_prelu(const NodeView& view) {
  TRY(same_types(view, 0));
  const auto shape = broadcast(view.shape(0), view.shape(1));
  if (!shape || !(*shape == view.shape(0)))
    return view.error(
        fmt::format("slope {} does not broadcast to the input {}", to_string(view.shape(1)), to_string(view.shape(0))));
  return one(view.dtype(0), *shape);
}

Types infer_where(const NodeView& view) {
  if (view.dtype(0) != DType::boolean)
    return view.error(fmt::format("condition is {}, expected bool", name_of(view.dtype(0))));
  TRY(same_types(view, 1));
  TRY_ASSIGN(const Shape shape, broadcast_inputs(view, 0));
  return one(view.dtype(1), shape);
}

}  // namespace diolkos::graph
