// The intermediate representation: a directed acyclic graph of nodes over typed values.
//
// Values are made by inputs, constants or nodes, and keep their ids for the graph's life; ids are handles into this
// graph only. A value's type is unknown (dtype undefined) until infer_shapes() has run. Layout is ONNX's: images are
// NCHW, weights OIHW.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/tensor.h"
#include "graph/attributes.h"
#include "graph/op.h"

namespace diolkos::graph {

using ValueId = std::int32_t;
using NodeId = std::int32_t;
inline constexpr ValueId kNoValue = -1;  // an optional input that is absent
inline constexpr NodeId kNoNode = -1;    // producer of an input or a constant

// real = scale * (stored - zero_point); one scale, or one for each index of `axis`.
struct Quantization {
  std::vector<float> scales;
  std::vector<std::int32_t> zero_points;
  int axis = -1;
};

struct TensorType {
  DType dtype = DType::undefined;
  Shape shape;
  std::optional<Quantization> quantization;

  bool known() const { return dtype != DType::undefined && shape.closed(); }
};

struct Value {
  std::string name;  // unique in the graph
  TensorType type;
  std::optional<Tensor> constant;
  NodeId producer = kNoNode;
  int output_index = 0;  // which of the producer's outputs

  bool is_constant() const { return constant.has_value(); }
};

struct Node {
  Op op{};
  std::string name;  // may be empty; "node 'name' (Op)" in messages
  std::vector<ValueId> inputs;
  std::vector<ValueId> outputs;
  Attributes attributes;

  ValueId input(std::size_t index) const { return index < inputs.size() ? inputs[index] : kNoValue; }
  ValueId output() const { return outputs.front(); }
};

class Graph {
 public:
  std::string name;
  std::map<std::string, std::string> metadata;  // e.g. "diolkos.normalize"; written into files that can hold it

  // Names are made unique by a suffix where taken (or made up where empty).
  ValueId add_input(std::string_view name, TensorType type);
  ValueId add_constant(std::string_view name, Tensor tensor);
  // A node with `output_count` new values, named after `name` (".1", ".2" for further outputs).
  NodeId add_node(Op op, std::string_view name, std::vector<ValueId> inputs, Attributes attributes = {},
                  int output_count = 1);
  // The same, naming its outputs.
  NodeId add_node(Op op, std::string_view name, std::vector<ValueId> inputs, Attributes attributes,
                  std::span<const std::string> output_names);
  // The same, returning the one output: for building networks.
  ValueId add(Op op, std::string_view name, std::vector<ValueId> inputs, Attributes attributes = {});
  void add_output(ValueId value) { outputs_.push_back(value); }

  const Value& value(ValueId id) const { return values_[static_cast<std::size_t>(id)]; }
  Value& value(ValueId id) { return values_[static_cast<std::size_t>(id)]; }
  const Node& node(NodeId id) const { return nodes_[static_cast<std::size_t>(id)]; }
  Node& node(NodeId id) { return nodes_[static_cast<std::size_t>(id)]; }
  std::span<const ValueId> inputs() const { return inputs_; }
  std::span<const ValueId> outputs() const { return outputs_; }
  std::size_t value_count() const { return values_.size(); }
  ValueId find_value(std::string_view name) const;  // kNoValue where there is none
  bool contains(NodeId id) const;                   // whether the node is live

  // Live nodes, producers before users, in order of insertion where free. Nodes on a cycle are left out: the
  // verifier reports them.
  std::vector<NodeId> order() const;
  std::size_t node_count() const;               // live ones
  std::vector<NodeId> users(ValueId id) const;  // live nodes that read the value, each once; looks at every node
  bool is_output(ValueId id) const;
  // The node that makes `id` if it is a live `op` and one input of one node is all that uses its value.
  NodeId sole_producer(ValueId id, Op op) const;

  void rename(ValueId id, std::string_view name);  // made unique
  void replace_uses(ValueId from, ValueId to);     // in nodes and in the graph's outputs
  void set_output(std::size_t index, ValueId value) { outputs_[index] = value; }
  void erase_node(NodeId id);  // its outputs must be unused; their names become free
  // Turns an input, or a node's output, into a constant (the node is erased once all its outputs are constants).
  void make_constant(ValueId id, Tensor tensor);
  // Erases nodes whose outputs nothing reads, and forgets constants nothing reads; inputs stay.
  void prune();

 private:
  std::string unique_name(std::string_view wanted);
  ValueId add_value(std::string_view name);
  void release_name(ValueId id);
  std::size_t reads(ValueId id) const;  // how many inputs of live nodes

  std::vector<Value> values_;
  std::vector<Node> nodes_;
  std::vector<bool> alive_;
  std::vector<ValueId> inputs_;
  std::vector<ValueId> outputs_;
  std::map<std::string, ValueId, std::less<>> names_;
  std::map<std::string, int, std::less<>> suffixes_;
};

// "node 'layer1.0.conv1' (Conv)": how messages name a node.
std::string describe(const Node& node);

// The integers of a constant int tensor; nullopt where the value is absent, not constant or not integers.
std::optional<std::vector<std::int64_t>> constant_ints(const Graph& graph, ValueId id);
// The one element of a constant float tensor.
std::optional<float> constant_scalar(const Graph& graph, ValueId id);

}  // namespace diolkos::graph
