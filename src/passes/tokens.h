// Tokens are images whose channels come last: [batch][pixel][channel]. What rewrites of networks on tokens have in
// common.
#pragma once

#include <string>
#include <vector>

#include "graph/graph.h"

namespace diolkos::passes {

// The elements of a shape as a constant of int64.
graph::ValueId add_shape(graph::Graph& graph, const std::string& name, const Shape& shape);

// A node of one float32 output, its type known. The shape is a copy: a value's own moves when the graph gets another.
graph::ValueId add_typed(graph::Graph& graph, graph::Op op, const std::string& name, std::vector<graph::ValueId> inputs,
                         Shape shape, graph::Attributes attributes = {});

// The input of a Transpose with that order that makes the value; kNoValue for anything else.
graph::ValueId transposed_from(const graph::Graph& graph, graph::ValueId value, const std::vector<std::int64_t>& order);

// The input of a Reshape that makes the value; kNoValue for anything else.
graph::ValueId reshaped_from(const graph::Graph& graph, graph::ValueId value);

// The image that tokens are made from by Transpose(Reshape(image)), and tokens that an image is made from; kNoValue
// where it is not so.
graph::ValueId image_of_tokens(const graph::Graph& graph, graph::ValueId tokens);
graph::ValueId tokens_of_image(const graph::Graph& graph, graph::ValueId image);

bool is_float_tensor(const graph::Graph& graph, graph::ValueId id, int rank);  // float32, its type known

}  // namespace diolkos::passes
