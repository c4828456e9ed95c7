// The kernels' activation for what the graph says.
#pragma once

#include <optional>

#include "graph/graph.h"
#include "kernels/activation.h"

namespace diolkos::runtime {

// Of FusedConv's attributes `activation`, `activation_alpha`, `activation_beta`; linear where there are none.
std::optional<kernels::Activation> fused_activation(const graph::Attributes& attributes);
// Of an operator with one input; nullopt where a bound of Clip is not constant.
std::optional<kernels::Activation> unary_activation(const graph::Graph& graph, const graph::Node& node);

}  // namespace diolkos::runtime
