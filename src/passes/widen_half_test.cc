#include "passes/widen_half.h"

#include <gtest/gtest.h>

#include "passes/pass.h"
#include "passes/test_rewrite.h"

namespace diolkos::passes {
namespace {

using graph::Graph;
using graph::NodeId;
using graph::Op;

int halves(const Graph& graph) {
  int found = 0;
  for (const NodeId id : graph.order())
    for (const graph::ValueId value : graph.node(id).outputs) found += graph.value(value).type.dtype == DType::float16;
  return found;
}

TEST(WidenHalf, LeavesTheEnds) {
  Graph graph = parsed(R"(input %x: float16[1,2,4,4]
    const %w: float32[3,2,1,1] = seeded(4)
    %half = Cast(%w) {to=10}
    %c = Conv(%x, %half)
    %y = Relu(%c)
    output %y
    output %c
    output %y)");
  ASSERT_TRUE(has_half(graph));
  ASSERT_TRUE(widen_half(graph));
  const auto verified = graph::verify(graph);
  ASSERT_TRUE(verified) << verified.error().message;
  ASSERT_TRUE(graph::infer_shapes(graph));
  EXPECT_EQ(halves(graph), 2);
  EXPECT_EQ(graph.value(graph.inputs()[0]).type.dtype, DType::float16);
  EXPECT_EQ(graph.value(graph.outputs()[0]).name, "y");
  EXPECT_EQ(graph.value(graph.outputs()[1]).name, "c");
  EXPECT_EQ(graph.outputs()[0], graph.outputs()[2]);
  for (const graph::ValueId id : graph.outputs()) EXPECT_EQ(graph.value(id).type.dtype, DType::float16);
  ASSERT_TRUE(run_passes(graph, Pipeline::native, {.disabled = {}, .verify_each = true}));
  int casts = 0;
  for (const NodeId id : graph.order()) casts += graph.node(id).op == Op::Cast;
  EXPECT_EQ(casts, 3);
}

TEST(WidenHalf, BetweenFloat32EndsNothingIsLeft) {
  Graph graph = parsed(R"(input %x: float32[1,2,4,4]
    const %w: float16[3,2,1,1] = [1, 2, 3, 4, 5, 6]
    %half = Cast(%x) {to=10}
    %c = Conv(%half, %w)
    %y = Cast(%c) {to=1}
    output %y)");
  ASSERT_TRUE(widen_half(graph));
  ASSERT_TRUE(run_passes(graph, Pipeline::native, {.disabled = {}, .verify_each = true}));
  EXPECT_EQ(halves(graph), 0);
  EXPECT_EQ(graph.order().size(), 1u);
}

TEST(WidenHalf, FloatNetworksHaveNone) {
  EXPECT_FALSE(has_half(parsed("input %x: float32[2]\n%y = Relu(%x)\noutput %y")));
}

}  // namespace
}  // namespace diolkos::passes
