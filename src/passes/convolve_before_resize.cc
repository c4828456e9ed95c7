#include "passes/convolve_before_resize.h"

#include <string>
#include <vector>

#include "graph/resize_parameters.h"
#include "passes/pointwise.h"
#include "passes/read_counts.h"
#include "passes/tokens.h"

namespace diolkos::passes {
namespace {

using graph::Graph;
using graph::kNoNode;
using graph::kNoValue;
using graph::NodeId;
using graph::Op;
using graph::ValueId;

struct Branch {
  ValueId value;
  std::int64_t first_channel, channels;
  NodeId resize = kNoNode;  // that goes behind the convolution
};

const Shape& shape_of(const Graph& graph, ValueId id) { return graph.value(id).type.shape; }

// Enlarges each channel by itself, and all alike: what it makes of a constant is that constant.
bool is_enlarging(const Graph& graph, const graph::Node& node) {
  if (!is_float_tensor(graph, node.input(0), 4) || !is_float_tensor(graph, node.output(), 4)) return false;
  const auto resize = graph::resolve_resize(graph, node);
  if (!resize || resize->mode == graph::ResizeMode::cubic || resize->antialias ||
      resize->coordinates == graph::ResizeCoordinates::tf_crop_and_resize)
    return false;
  const Shape& from = shape_of(graph, node.input(0));
  const Shape& to = shape_of(graph, node.output());
  return from[0] == to[0] && from[1] == to[1] && from[2] * from[3] * 2 <= to[2] * to[3];
}

std::vector<Branch> branches_of(const Graph& graph, const ReadCounts& reads, const graph::Node& concat,
                                std::int64_t outputs) {
  std::vector<Branch> branches;
  std::int64_t channel = 0;
  for (const ValueId input : concat.inputs) {
    if (!is_float_tensor(graph, input, 4)) return {};
    Branch branch{input, channel, shape_of(graph, input)[1]};
    const NodeId resize = reads.sole_producer(graph, input, Op::Resize);
    if (resize != kNoNode && outputs <= 2 * branch.channels && is_enlarging(graph, graph.node(resize)))
      branch.resize = resize;
    branches.push_back(branch);
    channel += branch.channels;
  }
  return branches;
}

class Split {
 public:
  Split(Graph& graph, NodeId id) : graph_(graph), id_(id), weights_(graph.node(id).input(1)) {
    name_ = graph.value(graph.node(id).output()).name;
    whole_ = shape_of(graph, graph.node(id).output());
  }

  Result<ValueId> convolve(ValueId x, std::int64_t first, std::int64_t count, ValueId bias) {
    const std::string name = name_ + "/of_" + std::to_string(first);
    TRY_ASSIGN(Tensor filters, input_columns(graph_, weights_, first, count));
    std::vector<ValueId> inputs{x, graph_.add_constant(name + "/weights", std::move(filters))};
    if (bias != kNoValue) inputs.push_back(bias);
    const Shape& from = shape_of(graph_, x);
    return add_typed(graph_, Op::Conv, name, std::move(inputs), {whole_[0], whole_[1], from[2], from[3]});
  }

  // The resize with other channels.
  ValueId resize(NodeId like, ValueId x) {
    graph::Node node = graph_.node(like);
    std::vector<ValueId> inputs = node.inputs;
    inputs[0] = x;
    if (node.input(3) != kNoValue && !node.attributes.has("axes"))
      inputs[3] = add_shape(graph_, name_ + "/sizes", whole_);
    return add_typed(graph_, Op::Resize, graph_.value(x).name + "/large", std::move(inputs), whole_, node.attributes);
  }

  // The first convolution keeps the bias: resizing leaves it as it is.
  Status run(const std::vector<Branch>& branches) {
    ValueId bias = graph_.node(id_).input(2);
    std::vector<ValueId> parts;
    for (const bool enlarged : {false, true})
      for (const Branch& branch : branches) {
        if ((branch.resize != kNoNode) != enlarged) continue;
        const ValueId from = enlarged ? graph_.node(branch.resize).input(0) : branch.value;
        TRY_ASSIGN(const ValueId part, convolve(from, branch.first_channel, branch.channels, bias));
        bias = kNoValue;
        parts.push_back(enlarged ? resize(branch.resize, part) : part);
      }
    // parts[0] + (… + parts[n]): the sum of all others is the residual of the first.
    ValueId sum = parts.back();
    for (std::size_t i = parts.size() - 2; i > 0; --i)
      sum = add_typed(graph_, Op::Add, name_ + "/sum_" + std::to_string(i), {parts[i], sum}, whole_);
    graph::Node& node = graph_.node(id_);
    node.op = Op::Add;
    node.inputs = {parts.front(), sum};
    node.attributes = {};
    return {};
  }

 private:
  Graph& graph_;
  NodeId id_;
  ValueId weights_;
  std::string name_;
  Shape whole_;
};

}  // namespace

Status convolve_before_resize(Graph& graph) {
  const ReadCounts reads(graph);
  for (const NodeId id : graph.order()) {
    if (!is_pointwise(graph, graph.node(id)) || !is_float_tensor(graph, graph.node(id).output(), 4)) continue;
    const NodeId concat = reads.sole_producer(graph, graph.node(id).input(0), Op::Concat);
    if (concat == kNoNode || graph.node(concat).inputs.size() < 2) continue;
    const std::int64_t axis = graph.node(concat).attributes.int_or("axis", 0);
    if (axis != 1 && axis != -3) continue;
    const auto branches =
        branches_of(graph, reads, graph.node(concat), shape_of(graph, graph.node(id).output())[1]);
    bool any = false;
    for (const Branch& branch : branches) any = any || branch.resize != kNoNode;
    if (any) TRY(Split(graph, id).run(branches));
  }
  graph.prune();
  return {};
}

}  // namespace diolkos::passes
