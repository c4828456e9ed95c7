#include "graph/graph.h"

#include <gmock/gmock.h>

#include "graph/test_graph.h"
#include "graph/verify.h"

namespace diolkos::graph {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TensorType image() { return {DType::float32, Shape{1, 3, 4, 4}, {}}; }

TEST(Graph, MakesNamesUnique) {
  Graph graph;
  EXPECT_EQ(graph.value(graph.add_input("x", image())).name, "x");
  EXPECT_EQ(graph.value(graph.add_input("x", image())).name, "x_1");
  EXPECT_EQ(graph.value(graph.add_constant("x_1", Tensor::scalar(1.0f))).name, "x_1_1");
  EXPECT_EQ(graph.value(graph.add_constant("", Tensor::scalar(1.0f))).name, "value_1");
  EXPECT_EQ(graph.find_value("x_1"), 1);
  EXPECT_EQ(graph.find_value("nothing"), kNoValue);
}

TEST(Graph, NamesOutputsAfterTheirNode) {
  Graph graph;
  const ValueId x = graph.add_input("x", image());
  const NodeId split = graph.add_node(Op::Split, "parts", {x}, {{"axis", std::int64_t{1}}}, 3);
  EXPECT_EQ(graph.value(graph.node(split).outputs[0]).name, "parts");
  EXPECT_EQ(graph.value(graph.node(split).outputs[2]).name, "parts.2");
  EXPECT_EQ(graph.value(graph.node(split).outputs[2]).output_index, 2);
  EXPECT_EQ(graph.value(graph.add(Op::Relu, "", {x})).name, "Relu");
}

TEST(Graph, OrdersProducersBeforeUsersWhateverTheInsertion) {
  Graph graph;
  const ValueId x = graph.add_input("x", image());
  const NodeId first = graph.add_node(Op::Relu, "first", {x});
  const NodeId second = graph.add_node(Op::Relu, "second", {x});
  graph.node(first).inputs = {graph.node(second).output()};
  EXPECT_THAT(graph.order(), ElementsAre(second, first));
  graph.node(second).inputs = {graph.node(first).output()};
  EXPECT_THAT(graph.order(), IsEmpty());
}

TEST(Graph, KnowsUsersOnceEach) {
  Graph graph = parsed("input %x: float32[2]\n %a = Add(%x, %x)\n %y = Relu(%a)\n output %y");
  const ValueId x = graph.find_value("x");
  const ValueId a = graph.find_value("a");
  EXPECT_THAT(graph.users(x), ElementsAre(0));
  EXPECT_EQ(graph.sole_producer(a, Op::Add), 0);
  EXPECT_EQ(graph.sole_producer(a, Op::Mul), kNoNode);
  EXPECT_EQ(graph.sole_producer(x, Op::Add), kNoNode);
  EXPECT_EQ(graph.sole_producer(graph.find_value("y"), Op::Relu), kNoNode) << "it is all that reads it";
}

TEST(Graph, ASoleProducerFeedsOneInputAlone) {
  Graph twice = parsed("input %x: float32[2]\n %a = Relu(%x)\n %y = Add(%a, %a)\n output %y");
  EXPECT_EQ(twice.sole_producer(twice.find_value("a"), Op::Relu), kNoNode);
  Graph shown = parsed("input %x: float32[2]\n %a = Relu(%x)\n %y = Abs(%a)\n output %y\n output %a");
  EXPECT_EQ(shown.sole_producer(shown.find_value("a"), Op::Relu), kNoNode);
  EXPECT_EQ(shown.sole_producer(kNoValue, Op::Relu), kNoNode);
}

TEST(Graph, ReplacesUsesInNodesAndOutputs) {
  Graph graph = parsed("input %x: float32[2]\n %a = Relu(%x)\n %b = Abs(%a)\n output %a\n output %b");
  graph.replace_uses(graph.find_value("a"), graph.find_value("x"));
  EXPECT_THAT(graph.node(1).inputs, ElementsAre(graph.find_value("x")));
  EXPECT_EQ(graph.outputs()[0], graph.find_value("x"));
}

TEST(Graph, FreesTheNamesOfErasedValues) {
  Graph graph = parsed("input %x: float32[2]\n %y = Relu(%x)\n output %y");
  const ValueId old = graph.find_value("y");
  graph.replace_uses(old, graph.find_value("x"));
  graph.erase_node(0);
  EXPECT_EQ(graph.find_value("y"), kNoValue);
  const ValueId made = graph.add(Op::Abs, "y", {graph.find_value("x")});
  EXPECT_EQ(graph.value(made).name, "y");
  graph.rename(old, "gone");  // must not take the name from its new owner
  EXPECT_EQ(graph.find_value("y"), made);
}

TEST(Graph, RenamesUniquely) {
  Graph graph = parsed("input %x: float32[2]\n input %y: float32[2]\n");
  graph.rename(graph.find_value("y"), "x");
  EXPECT_EQ(graph.value(1).name, "x_1");
  graph.rename(1, "x_1");
  EXPECT_EQ(graph.value(1).name, "x_1") << "its own name is no obstacle";
}

TEST(Graph, TurnsValuesIntoConstants) {
  Graph graph = parsed("input %x: float32[2]\n %a = Relu(%x)\n %y = Abs(%a)\n output %y");
  graph.make_constant(graph.find_value("a"), Tensor::of<float>(Shape{2}, {1, 2}));
  EXPECT_FALSE(graph.contains(0));
  EXPECT_EQ(graph.value(graph.find_value("a")).producer, kNoNode);
  graph.make_constant(graph.find_value("x"), Tensor::of<float>(Shape{2}, {1, 2}));
  EXPECT_TRUE(graph.inputs().empty());
  EXPECT_TRUE(verify(graph).has_value());
}

TEST(Graph, KeepsANodeUntilAllItsOutputsAreConstants) {
  Graph graph = parsed("input %x: float32[2]\n %a, %b = Split(%x)\n output %a\n output %b");
  graph.make_constant(graph.find_value("a"), Tensor::of<float>(Shape{1}, {1}));
  EXPECT_TRUE(graph.contains(0));
  EXPECT_TRUE(verify(graph).has_value());
  graph.make_constant(graph.find_value("b"), Tensor::of<float>(Shape{1}, {1}));
  EXPECT_FALSE(graph.contains(0));
}

TEST(Graph, PrunesWhatNothingReads) {
  Graph graph = parsed(
      "input %x: float32[2]\n input %unread: float32[2]\n const %w: float32[2] = [1, 2]\n"
      "%y = Relu(%x)\n %a = Add(%x, %w)\n %b = Abs(%a)\n output %y");
  graph.prune();
  EXPECT_EQ(graph.node_count(), 1u);
  EXPECT_EQ(graph.find_value("w"), kNoValue);
  EXPECT_NE(graph.find_value("unread"), kNoValue);
  EXPECT_TRUE(verify(graph).has_value());
}

TEST(Graph, ReadsConstantsAsNumbers) {
  Graph graph = parsed(
      "const %ints: int32[2] = [3, -4]\n const %half: float16[1] = [0.5]\n const %two: float32[2] = [1, 2]\n"
      "input %x: int64[1]");
  EXPECT_EQ(constant_ints(graph, graph.find_value("ints")), (std::vector<std::int64_t>{3, -4}));
  EXPECT_EQ(constant_ints(graph, graph.find_value("half")), std::nullopt);
  EXPECT_EQ(constant_ints(graph, graph.find_value("x")), std::nullopt);
  EXPECT_EQ(constant_ints(graph, kNoValue), std::nullopt);
  EXPECT_EQ(constant_scalar(graph, graph.find_value("half")), 0.5f);
  EXPECT_EQ(constant_scalar(graph, graph.find_value("two")), std::nullopt);
  EXPECT_EQ(constant_scalar(graph, graph.find_value("ints")), std::nullopt);
}

TEST(Graph, CopiesAreIndependent) {
  Graph graph = parsed("input %x: float32[2]\n %y = Relu(%x)\n output %y");
  Graph copy = graph;
  copy.node(0).op = Op::Abs;
  copy.rename(copy.find_value("y"), "z");
  EXPECT_EQ(graph.node(0).op, Op::Relu);
  EXPECT_NE(graph.find_value("y"), kNoValue);
}

TEST(Attributes, StaySortedAndTyped) {
  Attributes attributes{{"strides", std::vector<std::int64_t>{2, 2}}, {"alpha", 0.5f}, {"group", std::int64_t{4}}};
  attributes.set("group", std::int64_t{8});
  ASSERT_EQ(attributes.entries().size(), 3u);
  EXPECT_EQ(attributes.entries()[0].first, "alpha");
  EXPECT_EQ(attributes.int_or("group", 1), 8);
  EXPECT_EQ(attributes.int_or("alpha", 7), 7) << "of another type";
  EXPECT_EQ(attributes.float_or("alpha", 0), 0.5f);
  EXPECT_THAT(attributes.ints_or("strides", {}), ElementsAre(2, 2));
  EXPECT_EQ(attributes.string_or("mode", "nearest"), "nearest");
  attributes.erase("strides");
  EXPECT_FALSE(attributes.has("strides"));
}

TEST(Op, NamesRoundTrip) {
  for (int i = 0; i < op_count(); ++i) {
    const Op op = static_cast<Op>(i);
    EXPECT_EQ(op_named(name_of(op)), op);
    EXPECT_LE(info(op).min_inputs, info(op).max_inputs);
    EXPECT_GE(info(op).max_outputs, 1);
  }
  EXPECT_EQ(op_named("Convolution"), std::nullopt);
}

}  // namespace
}  // namespace diolkos::graph
