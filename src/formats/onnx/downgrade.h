// Nodes of opset 22's form, rewritten for the older opset that a file is written in.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "graph/graph.h"

namespace onnx {
class GraphProto;
}

namespace diolkos::formats::onnx_io {

// A node on its way into the file; inputs that are absent are empty names.
struct OutgoingNode {
  std::string op;
  std::string name;
  std::vector<std::string> inputs;
  std::vector<std::string> outputs;
  graph::Attributes attributes;
};

void write_node(const OutgoingNode& node, ::onnx::GraphProto& file);

// One node's rewrite: the node in the graph, what is to be written for it, and where helpers go.
class Downgrade {
 public:
  Downgrade(const graph::Graph& whole, const graph::Node& node, int target, OutgoingNode& outgoing,
            ::onnx::GraphProto& file)
      : graph(whole), source(node), opset(target), out(outgoing), file_(file) {}

  const graph::Graph& graph;
  const graph::Node& source;
  const int opset;
  OutgoingNode& out;

  // New values named "<node>/<role>"; nodes are written at once, before `out`.
  std::string constant(std::string_view role, const Tensor& tensor);
  std::string ints(std::string_view role, const std::vector<std::int64_t>& values);
  // A scalar of a floating-point type.
  Result<std::string> number(std::string_view role, double value, DType dtype);
  std::string add(std::string_view op, std::string_view role, std::vector<std::string> inputs,
                  graph::Attributes attributes = {});

  bool has_input(std::size_t index) const { return source.input(index) != graph::kNoValue; }
  const graph::TensorType& input_type(std::size_t index) const { return graph.value(source.input(index)).type; }
  const graph::TensorType& output_type(std::size_t index = 0) const { return graph.value(source.outputs[index]).type; }
  // The input's integers; an error where it is computed.
  Result<std::vector<std::int64_t>> constant_input(std::size_t index, std::string_view what) const;
  // Sets input `index` of `out`, filling up with absent ones.
  void set_input(std::size_t index, std::string name);
  void drop_input(std::size_t index);  // and absent ones that are last then
  // An unsupported error: `what` came with opset `first`.
  tl::unexpected<Error> needs_opset(std::string_view what, int first) const;
  // Drops an integer attribute that must have the value `without`, as it did before opset `first`.
  Status drop_int(std::string_view attribute, std::int64_t without, int first);

 private:
  std::string helper_name(std::string_view role) const;

  ::onnx::GraphProto& file_;
};

// Errors do not name the node: the caller does.
Status downgrade_node(Downgrade& downgrade);

}  // namespace diolkos::formats::onnx_io
