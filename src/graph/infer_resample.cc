#include <fmt/format.h>

#include "graph/infer_rules.h"
#include "graph/resize_parameters.h"

namespace diolkos::graph {
namespace {

Result<std::int64_t> block_size(const NodeView& view) {
  if (view.rank(0) != 4)
    return view.error(fmt::format("input is {}, expected a batch of images", to_string(view.shape(0))));
  const std::int64_t block = view.attributes().int_or("blocksize", 0);
  if (block < 1 || block > 65536) return view.error(fmt::format("blocksize is {}, expected 1 to 65536", block));
  return block;
}

}  // namespace

Types infer_resize(const NodeView& view) {
  TRY_ASSIGN(const ResizeParameters resize, resolve_resize(view.graph(), view.node()));
  Shape shape;
  for (const ResizeAxis& axis : resize.axes) shape.push_back(axis.output);
  return one(view.dtype(0), shape);
}

Types infer_depth_to_space(const NodeView& view) {
  TRY_ASSIGN(const std::int64_t block, block_size(view));
  const Shape& shape = view.shape(0);
  if (shape[1] % (block * block) != 0)
    return view.error(fmt::format("{} channels do not divide by blocksize² = {}", shape[1], block * block));
  const std::string_view mode = view.attributes().string_or("mode", "DCR");
  if (mode != "DCR" && mode != "CRD") return view.error(fmt::format("mode is '{}', expected DCR or CRD", mode));
  if (shape[2] > INT32_MAX || shape[3] > INT32_MAX)
    return view.error(fmt::format("input {} is too large", to_string(shape)));
  return one(view.dtype(0), Shape{shape[0], shape[1] / (block * block), shape[2] * block, shape[3] * block});
}

Types infer_space_to_depth(const NodeView& view) {
  TRY_ASSIGN(const std::int64_t block, block_size(view));
  const Shape& shape = view.shape(0);
  if (shape[2] % block != 0 || shape[3] % block != 0)
    return view.error(fmt::format("{} does not divide into blocks of {}", to_string(shape), block));
  if (shape[1] > INT32_MAX / 2) return view.error(fmt::format("input {} is too large", to_string(shape)));
  return one(view.dtype(0), Shape{shape[0], shape[1] * block * block, shape[2] / block, shape[3] / block});
}

}  // namespace diolkos::graph
