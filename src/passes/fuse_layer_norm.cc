#include "passes/fuse_layer_norm.h"

#include <optional>

#include "graph/reduce_axes.h"
#include "passes/read_counts.h"
#include "passes/rewrite.h"

namespace diolkos::passes {
namespace {

using graph::Graph;
using graph::kNoNode;
using graph::kNoValue;
using graph::NodeId;
using graph::Op;
using graph::ValueId;

struct Found {
  ValueId x, scale, bias;
  float epsilon;
};

// The input of what alone reads it: an operator of one input that matters.
ValueId under(const Graph& graph, const ReadCounts& reads, ValueId value, Op op) {
  const NodeId producer = reads.sole_producer(graph, value, op);
  return producer == kNoNode ? kNoValue : graph.node(producer).input(0);
}

// What the value is the mean of, over the last axis, which is kept.
ValueId mean_of(const Graph& graph, const ReadCounts& reads, ValueId value) {
  const NodeId producer = reads.sole_producer(graph, value, Op::ReduceMean);
  if (producer == kNoNode) return kNoValue;
  const graph::Node& node = graph.node(producer);
  if (!graph.value(node.input(0)).type.known() || node.attributes.int_or("keepdims", 1) == 0) return kNoValue;
  const auto axes = graph::reduce_axes(graph::NodeView(graph, node));
  const int last = graph.value(node.input(0)).type.shape.rank() - 1;
  return axes && axes->size() == 1 && axes->front() == last ? node.input(0) : kNoValue;
}

// The constant that a value is multiplied with, or that is added to it, one number for each of the last axis; and the
// value.
struct Operands {
  ValueId computed, constant;
};
std::optional<Operands> of_last_axis(const Graph& graph, const graph::Node& node, Op op) {
  if (node.op != op || !graph.value(node.output()).type.known()) return std::nullopt;
  const Shape& shape = graph.value(node.output()).type.shape;
  const auto constant = input_where(node, [&](ValueId id) {
    return !float_constant(graph, id).empty() && shape.rank() > 0 &&
           graph.value(id).type.shape == Shape{shape[shape.rank() - 1]};
  });
  if (!constant || !same_type(graph, node.input(1 - *constant), node.output())) return std::nullopt;
  return Operands{node.input(1 - *constant), node.input(*constant)};
}

// d where the value is d * d or d ^ 2.
ValueId square_root_of(const Graph& graph, const ReadCounts& reads, ValueId value) {
  if (const NodeId power = reads.sole_producer(graph, value, Op::Pow); power != kNoNode)
    return graph::constant_scalar(graph, graph.node(power).input(1)) == 2.0f ? graph.node(power).input(0) : kNoValue;
  const NodeId product = reads.sole_producer(graph, value, Op::Mul);
  if (product == kNoNode || graph.node(product).input(0) != graph.node(product).input(1)) return kNoValue;
  return graph.node(product).input(0);
}

// e where `deviation` is sqrt(mean(apart^2) + e).
std::optional<float> epsilon_of(const Graph& graph, const ReadCounts& reads, ValueId deviation, ValueId apart) {
  const NodeId sum = reads.sole_producer(graph, under(graph, reads, deviation, Op::Sqrt), Op::Add);
  if (sum == kNoNode) return std::nullopt;
  const graph::Node& node = graph.node(sum);
  const auto constant = input_where(node, [&](ValueId id) { return graph::constant_scalar(graph, id).has_value(); });
  if (!constant) return std::nullopt;
  const ValueId square = mean_of(graph, reads, node.input(1 - *constant));
  if (square == kNoValue || square_root_of(graph, reads, square) != apart) return std::nullopt;
  return graph::constant_scalar(graph, node.input(*constant));
}

std::optional<Found> layer_norm(const Graph& graph, const ReadCounts& reads, const graph::Node& node) {
  const auto sum = of_last_axis(graph, node, Op::Add);
  if (!sum) return std::nullopt;
  const NodeId product = reads.sole_producer(graph, sum->computed, Op::Mul);
  const auto scaled = product == kNoNode ? std::nullopt : of_last_axis(graph, graph.node(product), Op::Mul);
  if (!scaled) return std::nullopt;
  const NodeId quotient = reads.sole_producer(graph, scaled->computed, Op::Div);
  if (quotient == kNoNode) return std::nullopt;
  const ValueId apart = graph.node(quotient).input(0);
  const NodeId difference = graph.value(apart).producer;
  if (!graph.contains(difference) || graph.node(difference).op != Op::Sub || graph.is_output(apart))
    return std::nullopt;
  const ValueId x = graph.node(difference).input(0);
  const ValueId centre = graph.node(difference).input(1);
  const NodeId mean = graph.value(centre).producer;
  if (!graph.contains(mean) || graph.node(mean).op != Op::ReduceMean || mean_of(graph, reads, centre) != x)
    return std::nullopt;
  const auto epsilon = epsilon_of(graph, reads, graph.node(quotient).input(1), apart);
  if (!epsilon || !same_type(graph, x, node.output())) return std::nullopt;
  return Found{x, scaled->constant, sum->constant, *epsilon};
}

}  // namespace

Status fuse_layer_norm(Graph& graph) {
  ReadCounts reads(graph);
  for (const NodeId id : graph.order()) {
    const auto found = layer_norm(graph, reads, graph.node(id));
    if (!found) continue;
    graph::Node& node = graph.node(id);
    reads.remove(node);
    node.op = Op::LayerNormalization;
    node.inputs = {found->x, found->scale, found->bias};
    node.attributes = {{"axis", std::int64_t{-1}}, {"epsilon", found->epsilon}};
    reads.add(node);
  }
  graph.prune();
  return {};
}

}  // namespace diolkos::passes
