// Reshape(Transpose(softmax(scale * Q K^T) V)) -> FusedAttention(q, k, v), where Q, K, V are tokens q, k, v split into
// heads by Reshape and Transpose; and where they are slots of one product of tokens, that product is cut into theirs.
#pragma once

#include "graph/graph.h"

namespace diolkos::passes {

Status fuse_attention(graph::Graph& graph);

}  // namespace diolkos::passes
