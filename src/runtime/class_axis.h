// The axis that Softmax, ArgMax and ArgMin go along.
#pragma once

#include <optional>

#include "base/around.h"
#include "runtime/planner.h"

namespace diolkos::runtime {

// What the node reads, around its `axis` or, where it has none, around `otherwise`; both count from the end where they
// are negative. None where there is no such axis, or no element.
std::optional<Around> around_classes(const Planner& planner, const graph::Node& node, std::int64_t otherwise);

}  // namespace diolkos::runtime
