#include <fmt/format.h>

#include "graph/infer_rules.h"

namespace diolkos::graph {
namespace {

// Inputs [first, count) hold one number a channel.
Status check_channels(const NodeView& view, std::size_t count) {
  const Shape& input = view.shape(0);
  if (input.rank() < 2) return view.error(fmt::format("input is {}, expected a batch and channels", to_string(input)));
  for (std::size_t i = 1; i < count; ++i)
    if (!(view.shape(i) == Shape{input[1]}))
      return view.error(fmt::format("input {} is {}, expected {} for an input of {}", i, to_string(view.shape(i)),
                                    input[1], to_string(input)));
  return {};
}

}  // namespace

Types infer_batch_norm(const NodeView& view) {
  TRY(check_channels(view, 5));
  if (view.attributes().int_or("training_mode", 0) != 0 || view.node().outputs.size() != 1)
    return view.error("training_mode is set; export the network in evaluation mode");
  return one(view.dtype(0), view.shape(0));
}

Types infer_instance_norm(const NodeView& view) {
  TRY(check_channels(view, 3));
  return one(view.dtype(0), view.shape(0));
}

Types infer_softmax(const NodeView& view) {
  if (!is_float(view.dtype(0))) return view.error(fmt::format("input is {}, expected floats", name_of(view.dtype(0))));
  TRY(view.axis(view.attributes().int_or("axis", -1), view.rank(0)));
  return one(view.dtype(0), view.shape(0));
}

}  // namespace diolkos::graph
