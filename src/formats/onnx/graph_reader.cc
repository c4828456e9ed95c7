#include "formats/onnx/graph_reader.h"

#include <unordered_map>

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include "formats/onnx/attribute_proto.h"
#include "formats/onnx/float_types.h"
#include "formats/onnx/known_op.h"
#include "formats/onnx/node_order.h"
#include "formats/onnx/tensor_proto.h"
#include "formats/onnx/upgrade.h"
#include "formats/onnx/value_info.h"
#include "graph/constant_node.h"

namespace diolkos::formats::onnx_io {
namespace {

using graph::kNoValue;
using graph::ValueId;

class GraphReader {
 public:
  GraphReader(::onnx::GraphProto& proto, int opset, ExternalData& external) : proto_(proto), external_(external) {
    file_.opset = opset;
    file_.only_float32 = only_float32(proto);
  }

  Result<graph::Graph> read() {
    graph_.name = proto_.name();
    if (proto_.sparse_initializer_size() > 0) return unsupported("holds sparse initializers; store them dense");
    TRY_ASSIGN(const std::vector<int> order, node_order(proto_));
    TRY(add_initializers());
    TRY(add_inputs());
    note_node_outputs();
    for (int index : order) {
      auto& node = *proto_.mutable_node(index);
      if (auto status = add_node(node); !status) return failure(within(describe(node), status.error()));
    }
    TRY(add_outputs());
    return std::move(graph_);
  }

 private:
  Status add_initializers() {
    for (auto& tensor : *proto_.mutable_initializer()) {
      if (tensor.name().empty()) return invalid("an initializer has no name");
      TRY_ASSIGN(Tensor value, read_tensor(tensor, external_));
      define(tensor.name(), graph_.add_constant(tensor.name(), std::move(value)));
    }
    return {};
  }

  Status add_inputs() {
    for (const auto& input : proto_.input()) {
      if (values_.contains(input.name())) continue;  // an initializer, listed as IR version 3 and below ask
      TRY_ASSIGN(graph::TensorType type, read_type(input));
      define(input.name(), graph_.add_input(input.name(), std::move(type)));
    }
    return {};
  }

  void note_node_outputs() {
    for (const auto& node : proto_.node()) file_.names.insert(node.output().begin(), node.output().end());
  }

  Status add_node(::onnx::NodeProto& node) {
    PendingNode pending;
    pending.op = node.op_type();
    pending.name = name_of(node);
    TRY(check_domain(node.domain()));
    TRY(check_known(pending.op));
    TRY_ASSIGN(pending.attributes, read_attributes(node, external_));
    for (const std::string& input : node.input())
      pending.inputs.push_back(input.empty() ? kNoValue : values_.at(input));
    while (!pending.inputs.empty() && pending.inputs.back() == kNoValue) pending.inputs.pop_back();
    std::vector<std::string> outputs(node.output().begin(), node.output().end());
    while (!outputs.empty() && outputs.back().empty()) outputs.pop_back();
    if (outputs.empty()) return invalid("has no output");
    if (pending.op == "Constant") return add_constant(pending, outputs);
    pending.outputs = outputs.size();
    Upgrade upgrade(graph_, file_, pending);
    TRY(upgrade_node(upgrade));
    TRY_ASSIGN(const graph::Op op, checked_op(pending));
    const graph::NodeId made = graph_.add_node(op, pending.name, std::move(pending.inputs),
                                               std::move(pending.attributes), static_cast<int>(outputs.size()));
    name_outputs(made, outputs);
    return {};
  }

  Status add_constant(PendingNode& node, const std::vector<std::string>& outputs) {
    if (outputs.size() != 1) return invalid(fmt::format("has {} outputs, expected 1", outputs.size()));
    const graph::Node constant{graph::Op::Constant, node.name, {}, {}, std::move(node.attributes)};
    auto value = graph::constant_of(graph::NodeView(graph_, constant));
    if (!value) return unsupported("has no value that Diolkos holds: expected value, value_float(s) or value_int(s)");
    define(outputs[0], graph_.add_constant(outputs[0], std::move(*value)));
    return {};
  }

  void name_outputs(graph::NodeId node, const std::vector<std::string>& names) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      const ValueId value = graph_.node(node).outputs[i];
      if (names[i].empty()) {
        graph_.rename(value, unused_name(node, i));
        continue;
      }
      graph_.rename(value, names[i]);
      values_.emplace(names[i], value);
    }
  }

  std::string unused_name(graph::NodeId node, std::size_t output) const {
    std::string name = fmt::format("{}/unused_{}", graph_.node(node).name, output);
    while (file_.names.contains(name)) name += '_';
    return name;
  }

  Status add_outputs() {
    if (proto_.output_size() == 0) return invalid("the graph has no outputs");
    for (const auto& output : proto_.output()) {
      const auto found = values_.find(output.name());
      if (found == values_.end())
        return invalid(fmt::format("output '{}' is made by no node, input or initializer", output.name()));
      graph_.add_output(found->second);
    }
    return {};
  }

  void define(const std::string& name, ValueId value) {
    values_.emplace(name, value);
    file_.names.insert(name);
  }

  ::onnx::GraphProto& proto_;
  ExternalData& external_;
  graph::Graph graph_;
  std::unordered_map<std::string, ValueId> values_;  // by the file's names
  FileFacts file_;
};

}  // namespace

Result<graph::Graph> read_graph(::onnx::GraphProto& proto, int opset, ExternalData& external) {
  return GraphReader(proto, opset, external).read();
}

}  // namespace diolkos::formats::onnx_io
