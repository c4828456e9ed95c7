// What rewrites have in common. A rewrite keeps the last of the values that it replaces, so graph outputs and the
// names that people know survive; the node that made that value becomes the new one.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "graph/graph.h"
#include "passes/read_counts.h"

namespace diolkos::passes {

// The elements of a plain (not quantized) float32 constant; an empty span for anything else.
std::span<const float> float_constant(const graph::Graph& graph, graph::ValueId id);

// Both types known, and the same.
bool same_type(const graph::Graph& graph, graph::ValueId a, graph::ValueId b);

// Makes `tensor` the constant input `index` of the node: in place where nothing else reads the old one, as a new value
// otherwise.
void set_constant_input(graph::Graph& graph, ReadCounts& reads, graph::NodeId node, std::size_t index, Tensor tensor);

// y = node(x) -> x: users of the node's only output read `kept` instead and the node is erased. A graph output's name
// moves to `kept`; false, and nothing changed, where it cannot (`kept` is an input, a constant or an output itself).
bool bypass(graph::Graph& graph, graph::NodeId node, graph::ValueId kept);

// For a commutative node of two inputs: the index of the input that `is_wanted` accepts.
template <class Predicate>
std::optional<std::size_t> input_where(const graph::Node& node, Predicate is_wanted) {
  for (std::size_t i = 0; i < 2; ++i)
    if (is_wanted(node.input(i))) return i;
  return std::nullopt;
}

}  // namespace diolkos::passes
