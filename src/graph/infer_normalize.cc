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

// Mean and inverse deviation keep the axes that were normalised, of one element, and are float32.
Types infer_layer_norm(const NodeView& view) {
  const Shape& input = view.shape(0);
  TRY_ASSIGN(const int axis, view.axis(view.attributes().int_or("axis", -1), input.rank()));
  Shape normalized;
  for (int i = axis; i < input.rank(); ++i) normalized.push_back(input[i]);
  for (std::size_t i = 1; i < 3; ++i)
    if (view.has(i) && !(view.shape(i) == normalized))
      return view.error(fmt::format("input {} is {}, expected {} for an input of {} normalised from axis {} on", i,
                                    to_string(view.shape(i)), to_string(normalized), to_string(input), axis));
  if (const std::int64_t stash = view.attributes().int_or("stash_type", 1); stash != 1)
    return view.error(fmt::format("stash_type is {}, expected 1 (float32)", stash));
  Shape moments = input;
  for (int i = axis; i < input.rank(); ++i) moments[i] = 1;
  const TensorType moment{DType::float32, moments, {}};
  return std::vector<TensorType>{{view.dtype(0), input, {}}, moment, moment};
}

Types infer_group_norm(const NodeView& view) {
  TRY(check_channels(view, 3));
  const std::int64_t groups = view.attributes().int_or("num_groups", 0), channels = view.shape(0)[1];
  if (groups < 1 || channels % groups != 0)
    return view.error(fmt::format("num_groups is {}, expected a divisor of {} channels", groups, channels));
  return one(view.dtype(0), view.shape(0));
}

Types infer_softmax(const NodeView& view) {
  if (!is_float(view.dtype(0))) return view.error(fmt::format("input is {}, expected floats", name_of(view.dtype(0))));
  TRY(view.axis(view.attributes().int_or("axis", -1), view.rank(0)));
  return one(view.dtype(0), view.shape(0));
}

}  // namespace diolkos::graph
