// What tests of rewrites share: a pass on text, what it makes of a graph, and what it leaves alone.
#pragma once

#include <string_view>

#include <gtest/gtest.h>

#include "graph/infer.h"
#include "graph/test_graph.h"
#include "graph/text.h"
#include "graph/verify.h"

namespace diolkos::passes {

using Rewrite = Status (*)(graph::Graph&);

inline graph::Graph parsed(std::string_view statements) {
  graph::Graph graph = graph::parsed(statements);
  const auto typed = graph::infer_shapes(graph);
  EXPECT_TRUE(typed) << typed.error().message;
  return graph;
}

inline void expect_rewrite(Rewrite pass, std::string_view before, std::string_view after) {
  graph::Graph graph = parsed(before);
  const auto status = pass(graph);
  ASSERT_TRUE(status) << status.error().message;
  const auto verified = graph::verify(graph);
  EXPECT_TRUE(verified) << verified.error().message;
  EXPECT_EQ(graph::to_text(graph), graph::to_text(parsed(after)));
}

inline void expect_unchanged(Rewrite pass, std::string_view body) { expect_rewrite(pass, body, body); }

}  // namespace diolkos::passes
