// Which scale belongs to which element in QuantizeLinear and DequantizeLinear, and how reals become integers.
#pragma once

#include <cstdint>
#include <string>

#include "graph/node_view.h"

namespace diolkos::graph {

struct QuantizeLayout {
  int axis = -1;           // -1: one scale for the whole tensor
  std::int64_t block = 0;  // more than 0: one scale for each `block` elements along `axis`
};

Result<QuantizeLayout> resolve_quantize(const NodeView& view);

// What rounds a node's integers that stand for reals: TFLite's definition, or, by an attribute of ours, `definition`,
// ONNX's. QuantizeLinear: halves to even in place of away from zero. Resize: coordinates as they are in place of steps
// of a coarse scale.
inline bool is_defined_by_onnx(const Node& node) { return node.attributes.string_or("definition", "") == "onnx"; }
inline void define_by_onnx(Node& node) { node.attributes.set("definition", std::string("onnx")); }

}  // namespace diolkos::graph
