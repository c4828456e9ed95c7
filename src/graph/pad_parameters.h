// Pad with its axes resolved: how much is put before and behind each axis of the input. Negative amounts cut.
#pragma once

#include <cstdint>
#include <vector>

#include "graph/node_view.h"

namespace diolkos::graph {

enum class PadMode { constant, edge, reflect, wrap };

struct PadParameters {
  PadMode mode = PadMode::constant;
  std::vector<std::int64_t> begin;
  std::vector<std::int64_t> end;
};

Result<PadParameters> resolve_pad(const NodeView& view);

}  // namespace diolkos::graph
