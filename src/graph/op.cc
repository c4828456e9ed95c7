#include "graph/op.h"

#include <array>

namespace diolkos::graph {
namespace {

constexpr std::array kOps{
#define DIOLKOS_OP(name, min_inputs, max_inputs, outputs) OpInfo{#name, min_inputs, max_inputs, outputs},
#include "graph/op_list.inc"
#undef DIOLKOS_OP
};

}  // namespace

const OpInfo& info(Op op) { return kOps[static_cast<std::size_t>(op)]; }

std::string_view name_of(Op op) { return info(op).name; }

std::optional<Op> op_named(std::string_view name) {
  for (std::size_t i = 0; i < kOps.size(); ++i)
    if (kOps[i].name == name) return static_cast<Op>(i);
  return std::nullopt;
}

int op_count() { return static_cast<int>(kOps.size()); }

}  // namespace diolkos::graph
