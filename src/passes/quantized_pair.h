// QuantizeLinear and DequantizeLinear of 8 bits with one constant scale: where passes on quantized networks begin.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "graph/graph.h"

namespace diolkos::passes {

// real = scale * (stored - zero)
struct Steps {
  float scale = 1;
  std::int32_t zero = 0;
  DType dtype = DType::int8;  // int8 or uint8

  bool operator==(const Steps&) const = default;
  Steps as_int8() const { return {scale, dtype == DType::uint8 ? zero - 128 : zero, DType::int8}; }
  graph::Quantization quantization() const { return {{scale}, {zero}, -1}; }
};

// Of a QuantizeLinear or DequantizeLinear between float32 and int8 or uint8, with one finite scale above 0; none of
// others. Types must be known.
std::optional<Steps> steps_of(const graph::Graph& graph, const graph::Node& node);
// The same of the node that makes the value, where that is `op`.
std::optional<Steps> steps_of_producer(const graph::Graph& graph, graph::ValueId id, graph::Op op);

// New nodes with their types, named after the value that they make.
graph::ValueId add_quantize(graph::Graph& graph, const std::string& name, graph::ValueId real, const Steps& steps);
graph::ValueId add_dequantize(graph::Graph& graph, const std::string& name, graph::ValueId stored, const Steps& steps);
graph::ValueId add_zero_point(graph::Graph& graph, const std::string& name, const Steps& steps);

// The node's first result is some of the elements of its first input (of all inputs: Concat), or the largest of some,
// each as it is, and what Pad puts beside them: rounding them before is rounding them after.
bool only_moves(const graph::Graph& graph, const graph::Node& node);

}  // namespace diolkos::passes
