#include "graph/arity.h"

#include <algorithm>

#include <fmt/format.h>

namespace diolkos::graph {

Status check_arity(const NodeView& view) {
  const Node& node = view.node();
  const OpInfo& limits = info(node.op);
  const auto most_inputs = static_cast<std::size_t>(limits.max_inputs);
  if (node.inputs.size() > most_inputs)
    return view.error(fmt::format("{} inputs, expected at most {}", node.inputs.size(), limits.max_inputs));
  if (node.outputs.empty() || node.outputs.size() > static_cast<std::size_t>(limits.max_outputs))
    return view.error(fmt::format("{} outputs, expected 1 to {}", node.outputs.size(), limits.max_outputs));
  // Of an operator with any number of inputs, none is optional.
  const std::size_t required = limits.max_inputs == kMany ? std::max<std::size_t>(node.inputs.size(), 1)
                                                          : static_cast<std::size_t>(limits.min_inputs);
  for (std::size_t i = 0; i < required; ++i)
    if (!view.has(i)) return view.error(fmt::format("input {} is missing", i));
  return {};
}

}  // namespace diolkos::graph
