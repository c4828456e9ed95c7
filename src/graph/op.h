// The operators of the intermediate representation. Names, inputs and attributes are those of ONNX opset 22, whatever
// opset a file was written in (readers bring older forms up to it); docs/graph.md tells where we differ.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace diolkos::graph {

enum class Op : std::uint16_t {
#define DIOLKOS_OP(name, min_inputs, max_inputs, outputs) name,
#include "graph/op_list.inc"
#undef DIOLKOS_OP
};

struct OpInfo {
  std::string_view name;
  int min_inputs;   // trailing optional inputs may be absent, inner ones kNoValue
  int max_inputs;   // kMany: any number
  int max_outputs;  // likewise; at least one is there
};

inline constexpr int kMany = 1 << 20;

const OpInfo& info(Op op);
std::string_view name_of(Op op);
std::optional<Op> op_named(std::string_view name);
int op_count();

}  // namespace diolkos::graph
