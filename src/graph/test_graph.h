// What tests of graphs share: a graph from text, failing the test where it is wrong, and the shape of a value.
#pragma once

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "graph/infer.h"
#include "graph/text.h"

namespace diolkos::graph {

inline Graph parsed(std::string_view statements) {
  auto graph = parse_text("graph \"test\" {\n" + std::string(statements) + "\n}");
  EXPECT_TRUE(graph.has_value()) << (graph ? "" : graph.error().message);
  return graph ? std::move(*graph) : Graph();
}

// "float32 1x2" of the value `name` after inference; the error's message where that fails.
inline std::string inferred(std::string_view statements, std::string_view name = "y") {
  Graph graph = parsed(statements);
  if (auto done = infer_shapes(graph); !done) return done.error().message;
  const ValueId id = graph.find_value(name);
  if (id == kNoValue) return "no such value";
  const TensorType& type = graph.value(id).type;
  return std::string(name_of(type.dtype)) + " " + to_string(type.shape);
}

}  // namespace diolkos::graph
