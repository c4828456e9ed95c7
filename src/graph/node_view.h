// A node as the rules of shapes and types see it: the types of its inputs, the constants among them, its attributes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "graph/graph.h"

namespace diolkos::graph {

class NodeView {
 public:
  NodeView(const Graph& graph, const Node& node) : graph_(&graph), node_(&node) {}

  const Graph& graph() const { return *graph_; }
  const Node& node() const { return *node_; }
  const Attributes& attributes() const { return node_->attributes; }
  std::size_t input_count() const { return node_->inputs.size(); }
  bool has(std::size_t input) const { return node_->input(input) != kNoValue; }

  // Of an input that is there; an unknown type for one that is absent.
  const TensorType& type(std::size_t input) const;
  const Shape& shape(std::size_t input) const { return type(input).shape; }
  // What the elements stand for: float32 where the value carries quantization.
  DType dtype(std::size_t input) const { return type(input).quantization ? DType::float32 : type(input).dtype; }
  int rank(std::size_t input) const { return shape(input).rank(); }

  // The elements of a constant input; `what` names it in the error ("starts"). Code `unsupported` where it is not
  // constant.
  Result<std::vector<std::int64_t>> ints(std::size_t input, std::string_view what) const;
  Result<std::vector<float>> floats(std::size_t input, std::string_view what) const;

  // An axis in [0, rank), from one in [-rank, rank).
  Result<int> axis(std::int64_t given, int rank, std::string_view what = "axis") const;
  // The same for many, none twice.
  Result<std::vector<int>> axes(const std::vector<std::int64_t>& given, int rank, std::string_view what = "axes") const;

  // A closed shape.
  Result<Shape> shape_from(const std::vector<std::int64_t>& dims) const;

  // An invalid_input error that begins with the node's description.
  tl::unexpected<Error> error(std::string_view message) const;

 private:
  Status need_constant(std::size_t input, std::string_view what) const;

  const Graph* graph_;
  const Node* node_;
};

}  // namespace diolkos::graph
