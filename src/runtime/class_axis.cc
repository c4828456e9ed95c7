#include "runtime/class_axis.h"

namespace diolkos::runtime {

std::optional<Around> around_classes(const Planner& planner, const graph::Node& node, std::int64_t otherwise) {
  const Shape& shape = planner.shape(node.input(0));
  std::int64_t axis = node.attributes.int_or("axis", otherwise);
  if (axis < 0) axis += shape.rank();
  if (axis < 0 || axis >= shape.rank() || shape.elements() == 0) return std::nullopt;
  return Around(shape, static_cast<int>(axis));
}

}  // namespace diolkos::runtime
