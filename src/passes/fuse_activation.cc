#include "passes/fuse_activation.h"

#include <limits>
#include <optional>
#include <string>

#include "passes/read_counts.h"

namespace diolkos::passes {

using graph::Attributes;
using graph::Graph;
using graph::NodeId;
using graph::Op;
using graph::ValueId;

namespace {

// A bound of Clip: `absent` where it is not given, nullopt where it is not known.
std::optional<float> bound(const Graph& graph, ValueId id, float absent) {
  return id == graph::kNoValue ? absent : graph::constant_scalar(graph, id);
}

std::optional<Attributes> clip_activation(const Graph& graph, const graph::Node& node) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const auto lowest = bound(graph, node.input(1), -kInfinity);
  const auto highest = bound(graph, node.input(2), kInfinity);
  if (!lowest || !highest) return std::nullopt;
  return Attributes{{"activation", std::string("clip")}, {"activation_alpha", *lowest}, {"activation_beta", *highest}};
}

std::optional<Attributes> activation_of(const Graph& graph, const graph::Node& node) {
  switch (node.op) {
    case Op::Relu: return Attributes{{"activation", std::string("relu")}};
    case Op::HardSwish: return Attributes{{"activation", std::string("hardswish")}};
    case Op::Sigmoid: return Attributes{{"activation", std::string("sigmoid")}};
    case Op::Gelu:
      return Attributes{{"activation", std::string(node.attributes.string_or("approximate", "none") == "tanh"
                                                       ? "gelu_tanh" : "gelu")}};
    case Op::LeakyRelu:
      return Attributes{{"activation", std::string("leakyrelu")},
                        {"activation_alpha", node.attributes.float_or("alpha", 0.01f)}};
    case Op::HardSigmoid:
      return Attributes{{"activation", std::string("hardsigmoid")},
                        {"activation_alpha", node.attributes.float_or("alpha", 0.2f)},
                        {"activation_beta", node.attributes.float_or("beta", 0.5f)}};
    case Op::Clip: return clip_activation(graph, node);
    default: return std::nullopt;
  }
}

NodeId fusable_conv(const Graph& graph, const ReadCounts& reads, ValueId output) {
  const NodeId plain = reads.sole_producer(graph, output, Op::Conv);
  if (plain != graph::kNoNode) return plain;
  const NodeId fused = reads.sole_producer(graph, output, Op::FusedConv);
  if (fused == graph::kNoNode || graph.node(fused).attributes.has("activation")) return graph::kNoNode;
  return fused;
}

}  // namespace

Status fuse_activation(Graph& graph) {
  ReadCounts reads(graph);
  for (const NodeId id : graph.order()) {
    const auto activation = activation_of(graph, graph.node(id));
    if (!activation || graph.value(graph.node(id).input(0)).type.dtype != DType::float32) continue;
    const NodeId producer = fusable_conv(graph, reads, graph.node(id).input(0));
    if (producer == graph::kNoNode) continue;
    const graph::Node& conv = graph.node(producer);
    graph::Node& made = graph.node(id);
    reads.remove(made);
    reads.remove(conv);
    made.op = Op::FusedConv;
    made.name = conv.name;
    made.inputs = conv.inputs;
    made.attributes = conv.attributes;
    for (const auto& [name, value] : activation->entries()) made.attributes.set(name, value);
    graph.erase_node(producer);
    reads.add(made);
  }
  graph.prune();
  return {};
}

}  // namespace diolkos::passes
