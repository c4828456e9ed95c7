#include "formats/onnx/graph_writer.h"

#include <vector>

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include "formats/onnx/downgrade.h"
#include "formats/onnx/tensor_proto.h"
#include "formats/onnx/value_info.h"

namespace diolkos::formats::onnx_io {
namespace {

using graph::Graph;
using graph::kNoValue;
using graph::ValueId;

constexpr std::uint64_t kLimit = 0x7fffffff;  // protobuf's longest message

class GraphWriter {
 public:
  GraphWriter(const Graph& graph, int opset, ::onnx::GraphProto& proto)
      : graph_(graph), opset_(opset), proto_(proto), used_(graph.value_count(), false) {}

  Status write() {
    const std::vector<graph::NodeId> order = graph_.order();
    mark_used(order);
    TRY(check_types());
    TRY(write_constants());
    for (ValueId input : graph_.inputs()) write_type(name(input), type(input), *proto_.add_input());
    for (graph::NodeId id : order) {
      const graph::Node& node = graph_.node(id);
      if (auto status = write_one(node); !status) return failure(within(graph::describe(node), status.error()));
    }
    return write_outputs();
  }

 private:
  const std::string& name(ValueId id) const { return graph_.value(id).name; }
  const graph::TensorType& type(ValueId id) const { return graph_.value(id).type; }

  void mark_used(const std::vector<graph::NodeId>& order) {
    const auto mark = [&](ValueId id) {
      if (id != kNoValue) used_[static_cast<std::size_t>(id)] = true;
    };
    for (ValueId id : graph_.inputs()) mark(id);
    for (ValueId id : graph_.outputs()) mark(id);
    for (graph::NodeId node : order) {
      for (ValueId id : graph_.node(node).inputs) mark(id);
      for (ValueId id : graph_.node(node).outputs) mark(id);
    }
  }

  template <class F>
  void each_used(F visit) const {
    for (std::size_t i = 0; i < used_.size(); ++i)
      if (used_[i]) visit(graph_.value(static_cast<ValueId>(i)));
  }

  Status check_types() const {
    Status status;
    each_used([&](const graph::Value& value) {
      if (status && !value.type.known())
        status = invalid(fmt::format("value '{}' has no known type, is {}; give the network a fixed input size",
                                     value.name, to_string(value.type.shape)));
    });
    return status;
  }

  Status write_constants() {
    std::uint64_t bytes = 0;
    each_used([&](const graph::Value& value) { bytes += value.is_constant() ? value.constant->bytes() : 0; });
    if (bytes > kLimit)
      return unsupported(fmt::format("has {} bytes of weights, an ONNX file holds at most {}", bytes, kLimit));
    each_used([&](const graph::Value& value) {
      if (value.is_constant()) write_tensor(*value.constant, value.name, *proto_.add_initializer());
    });
    return {};
  }

  Status write_one(const graph::Node& node) {
    OutgoingNode out{std::string(graph::name_of(node.op)), node.name, {}, {}, node.attributes};
    for (ValueId id : node.inputs) out.inputs.push_back(id == kNoValue ? std::string() : name(id));
    while (!out.inputs.empty() && out.inputs.back().empty()) out.inputs.pop_back();
    for (ValueId id : node.outputs) out.outputs.push_back(name(id));
    Downgrade downgrade(graph_, node, opset_, out, proto_);
    TRY(downgrade_node(downgrade));
    write_node(out, proto_);
    for (ValueId id : node.outputs)
      if (!graph_.is_output(id)) write_type(name(id), type(id), *proto_.add_value_info());
    return {};
  }

  Status write_outputs() {
    for (ValueId id : graph_.outputs()) write_type(name(id), type(id), *proto_.add_output());
    return {};
  }

  const Graph& graph_;
  const int opset_;
  ::onnx::GraphProto& proto_;
  std::vector<bool> used_;
};

}  // namespace

Status write_graph(const Graph& graph, int opset, ::onnx::GraphProto& proto) {
  return GraphWriter(graph, opset, proto).write();
}

}  // namespace diolkos::formats::onnx_io
