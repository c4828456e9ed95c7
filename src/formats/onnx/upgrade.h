// Nodes of older opsets, rewritten to opset 22's form.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "graph/graph.h"

namespace diolkos::formats::onnx_io {

// A node on its way into the graph.
struct PendingNode {
  std::string op;  // the operator's name in the file; a rewrite may change it
  std::string name;
  std::vector<graph::ValueId> inputs;
  graph::Attributes attributes;
  std::size_t outputs = 1;
};

// What rewrites need to know of the file.
struct FileFacts {
  int opset = 0;
  bool only_float32 = false;                 // of the floating-point types
  std::set<std::string, std::less<>> names;  // of all values: helpers must not take them
};

// One node's rewrite: what it is, and where what it needs besides goes.
class Upgrade {
 public:
  Upgrade(graph::Graph& graph, const FileFacts& file, PendingNode& pending)
      : node(pending), opset(file.opset), graph_(graph), file_(file) {}

  PendingNode& node;
  const int opset;

  // New values named "<node>/<role>".
  graph::ValueId constant(std::string_view role, Tensor tensor);
  graph::ValueId add(graph::Op op, std::string_view role, std::vector<graph::ValueId> inputs,
                     graph::Attributes attributes = {});
  // A scalar of the element type of `like`: a node casts it where that is not known to be float32.
  graph::ValueId float_constant(std::string_view role, float value, graph::ValueId like);

  const Tensor* constant_of(graph::ValueId id) const;  // null where `id` is absent or not constant

  // Removes the attribute and returns it; nullopt where it is absent, an error where it is of another type.
  Result<std::optional<std::vector<std::int64_t>>> take_ints(std::string_view attribute);
  Result<std::optional<float>> take_float(std::string_view attribute);

  // Sets input `index`, filling up with absent ones.
  void set_input(std::size_t index, graph::ValueId value);

 private:
  std::string helper_name(std::string_view role) const;

  graph::Graph& graph_;
  const FileFacts& file_;
};

// Brings the node to opset 22's form. Errors do not name the node: the caller does.
Status upgrade_node(Upgrade& upgrade);

}  // namespace diolkos::formats::onnx_io
