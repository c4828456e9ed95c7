#include "passes/fuse_attention.h"

#include <optional>
#include <string>

#include "passes/head_tokens.h"
#include "passes/read_counts.h"
#include "passes/rewrite.h"
#include "passes/tokens.h"

namespace diolkos::passes {
namespace {

using graph::Graph;
using graph::kNoNode;
using graph::kNoValue;
using graph::NodeId;
using graph::Op;
using graph::ValueId;

constexpr std::int64_t kBlock = 16;  // a head's channels fill whole blocks of the runtime's

struct Found {
  HeadTokens q, k, v;
  float scale;
};

struct Scores {
  NodeId product = kNoNode;  // of queries and keys
  float scale = 1;
};

// `value` is scale * a product, that product and its scaling read by nothing else.
Scores scores_of(const Graph& graph, const ReadCounts& reads, ValueId value) {
  Scores found;
  for (const Op op : {Op::Mul, Op::Div}) {
    const NodeId id = reads.sole_producer(graph, value, op);
    if (id == kNoNode) continue;
    const graph::Node& node = graph.node(id);
    const std::size_t constant = op == Op::Mul && graph::constant_scalar(graph, node.input(0)) ? 0 : 1;
    const auto factor = graph::constant_scalar(graph, node.input(constant));
    if (!factor) return found;
    found.scale = op == Op::Mul ? *factor : 1.0f / *factor;
    value = node.input(1 - constant);
    break;
  }
  found.product = reads.sole_producer(graph, value, Op::MatMul);
  return found;
}

// Of the Reshape that ends it.
std::optional<Found> attention(const Graph& graph, const ReadCounts& reads, const graph::Node& node) {
  if (node.op != Op::Reshape || !is_float_tensor(graph, node.output(), 3)) return std::nullopt;
  const NodeId turn = reads.sole_producer(graph, node.input(0), Op::Transpose);
  if (turn == kNoNode || graph.node(turn).attributes.ints_or("perm", {}) != std::vector<std::int64_t>{0, 2, 1, 3})
    return std::nullopt;
  const NodeId mean = reads.sole_producer(graph, graph.node(turn).input(0), Op::MatMul);
  if (mean == kNoNode) return std::nullopt;
  const NodeId softmax = reads.sole_producer(graph, graph.node(mean).input(0), Op::Softmax);
  if (softmax == kNoNode || !is_float_tensor(graph, graph.node(softmax).output(), 4)) return std::nullopt;
  const std::int64_t axis = graph.node(softmax).attributes.int_or("axis", -1);
  if (axis != -1 && axis != 3) return std::nullopt;
  const Scores scores = scores_of(graph, reads, graph.node(softmax).input(0));
  if (scores.product == kNoNode || !(scores.scale > 0)) return std::nullopt;
  const auto q = head_tokens(graph, graph.node(scores.product).input(0), false);
  const auto k = head_tokens(graph, graph.node(scores.product).input(1), true);
  const auto v = head_tokens(graph, graph.node(mean).input(1), false);
  if (!q || !k || !v || q->depth % kBlock != 0) return std::nullopt;
  for (const HeadTokens* const other : {&*k, &*v})
    if (other->heads != q->heads || other->depth != q->depth) return std::nullopt;
  const Shape& made = graph.value(node.output()).type.shape;
  const Shape& queries = graph.value(q->tokens).type.shape;
  if (made != Shape{queries[0], queries[1], q->heads * q->depth}) return std::nullopt;
  return Found{*q, *k, *v, scores.scale};
}

}  // namespace

Status fuse_attention(Graph& graph) {
  const ReadCounts reads(graph);
  for (const NodeId id : graph.order()) {
    const auto found = attention(graph, reads, graph.node(id));
    if (!found) continue;
    const std::string name = graph.value(graph.node(id).output()).name;
    TRY_ASSIGN(const ValueId q, tokens_of_slot(graph, found->q, name + "/queries"));
    TRY_ASSIGN(const ValueId k, tokens_of_slot(graph, found->k, name + "/keys"));
    TRY_ASSIGN(const ValueId v, tokens_of_slot(graph, found->v, name + "/values"));
    graph::Node& node = graph.node(id);
    node.op = Op::FusedAttention;
    node.inputs = {q, k, v};
    node.attributes = {{"heads", found->q.heads}, {"scale", found->scale}};
  }
  graph.prune();
  return {};
}

}  // namespace diolkos::passes
