#include "libtorch/operators.h"

namespace diolkos::plugin::libtorch {

Result<Operator> make_operator(const graph::NodeView& node) {
  for (const auto family : {make_window_operator, make_element_operator, make_movement_operator}) {
    TRY_ASSIGN(Operator made, family(node));
    if (made) return made;
  }
  return refuse(node, "this operator");
}

tl::unexpected<Error> refuse(const graph::NodeView& node, std::string_view what) {
  return unsupported(graph::describe(node.node()) + ": " + std::string(what) + " is not run by libtorch's plugin");
}

}  // namespace diolkos::plugin::libtorch
