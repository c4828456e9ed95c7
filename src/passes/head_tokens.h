// Which tokens the heads of an attention are made of.
#pragma once

#include <optional>

#include "graph/graph.h"

namespace diolkos::passes {

// Tokens [batch][token][slots * heads * depth]; of them the channels of one slot.
struct HeadTokens {
  graph::ValueId tokens = graph::kNoValue;
  std::int64_t slot = 0, slots = 1;
  std::int64_t heads = 1, depth = 1;
};

// Of a value [batch][head][token][depth], or, `turned`, [batch][head][depth][token].
std::optional<HeadTokens> head_tokens(const graph::Graph& graph, graph::ValueId value, bool turned);

// The slot's channels as a value of their own: columns of the constants where the tokens are a product with a constant
// matrix, a Slice otherwise.
Result<graph::ValueId> tokens_of_slot(graph::Graph& graph, const HeadTokens& head, const std::string& name);

}  // namespace diolkos::passes
