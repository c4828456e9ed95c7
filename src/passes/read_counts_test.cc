// The counts against a look at every node.
#include "passes/read_counts.h"

#include <gtest/gtest.h>

#include "passes/random_graph.h"

namespace diolkos::passes {
namespace {

using graph::Graph;
using graph::NodeId;
using graph::ValueId;

void expect_as_graph(const ReadCounts& reads, const Graph& graph) {
  for (ValueId id = 0; id < static_cast<ValueId>(graph.value_count()); ++id) {
    const NodeId producer = graph.value(id).producer;
    if (!graph.contains(producer)) continue;
    const graph::Op op = graph.node(producer).op;
    EXPECT_EQ(reads.sole_producer(graph, id, op), graph.sole_producer(id, op)) << graph.value(id).name;
  }
}

TEST(ReadCounts, AreThoseOfTheGraph) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    SCOPED_TRACE(seed);
    const Graph graph = RandomGraph(seed).make(20);
    expect_as_graph(ReadCounts(graph), graph);
  }
}

TEST(ReadCounts, FollowWhatTheRewriteTells) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    SCOPED_TRACE(seed);
    Graph graph = RandomGraph(seed).make(20);
    ReadCounts reads(graph);
    for (const NodeId id : graph.order()) {
      reads.remove(graph.node(id));
      graph.node(id).inputs[0] = graph.inputs()[0];
      reads.add(graph.node(id));
    }
    expect_as_graph(reads, graph);
  }
}

TEST(ReadCounts, KnowNothingOfNoValueAndCountValuesMadeLater) {
  Graph graph;
  const ValueId x = graph.add_input("x", {DType::float32, Shape{1}, {}});
  const ValueId twice = graph.add(graph::Op::Add, "twice", {x, x});
  graph.add_output(graph.add(graph::Op::Relu, "y", {twice}));
  ReadCounts reads(graph);
  EXPECT_EQ(reads[x], 2u);
  EXPECT_EQ(reads.sole_producer(graph, graph::kNoValue, graph::Op::Relu), graph::kNoNode);
  const ValueId later = graph.add(graph::Op::Relu, "later", {twice});
  EXPECT_EQ(reads[later], 0u);
  reads.add(graph.node(graph.value(later).producer));
  EXPECT_EQ(reads[twice], 2u);
  EXPECT_EQ(reads.sole_producer(graph, twice, graph::Op::Add), graph::kNoNode);
}

}  // namespace
}  // namespace diolkos::passes
