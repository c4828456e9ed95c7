#include "graph/count.h"

#include "graph/test_graph.h"

namespace diolkos::graph {
namespace {

Graph typed(std::string_view statements) {
  Graph graph = parsed(statements);
  EXPECT_TRUE(infer_shapes(graph).has_value());
  return graph;
}

TEST(Count, MultiplyAddsOfConvolutions) {
  const Graph graph = typed(
      "input %x: float32[1,3,8,8]\n const %w: float32[16,3,3,3] = splat(1)\n const %d: float32[16,1,3,3] = splat(1)\n"
      "const %u: float32[16,4,2,2] = splat(1)\n %a = Conv(%x, %w) {strides=[2,2], pads=[1,1,1,1]}\n"
      "%b = Conv(%a, %d) {group=16, pads=[1,1,1,1]}\n %c = ConvTranspose(%b, %u) {strides=[2,2]}\n %y = Relu(%c)\n "
      "output %y");
  EXPECT_EQ(multiply_adds(graph, 0), 4 * 4 * 16 * 27);
  EXPECT_EQ(multiply_adds(graph, 1), 4 * 4 * 16 * 9);
  EXPECT_EQ(multiply_adds(graph, 2), 4 * 4 * 16 * 4 * 4);
  EXPECT_EQ(multiply_adds(graph, 3), 0);
  EXPECT_EQ(multiply_adds(graph), 6912 + 2304 + 4096);
  EXPECT_EQ(parameters(graph), 16 * 27 + 16 * 9 + 16 * 16);
}

TEST(Count, MultiplyAddsOfMatrices) {
  const Graph graph = typed(
      "input %a: float32[7,5]\n input %b: float32[7,3]\n input %c: float32[2,3,4]\n"
      "%g = Gemm(%a, %b) {transA=1}\n %m = MatMul(%g, %c)");
  EXPECT_EQ(multiply_adds(graph, 0), 5 * 3 * 7);
  EXPECT_EQ(multiply_adds(graph, 1), 2 * 5 * 4 * 3);
}

TEST(Count, ParametersAreCountedOnceAndOnlyWhatWasLearnt) {
  const Graph graph = parsed(
      "input %x: float32[1,4,8,8]\n const %w: float32[4] = splat(1)\n const %unread: float32[9] = splat(1)\n"
      "const %six: float32[] = [6]\n const %scales: float32[4] = [1,1,2,2]\n const %ints: int64[4] = splat(1)\n"
      "%a = Mul(%x, %w)\n %b = Mul(%a, %w)\n %c = Div(%b, %six)\n %d = Resize(%c, _, %scales)\n %y = Reshape(%d, "
      "%ints)");
  EXPECT_EQ(parameters(graph), 4);
}

TEST(Count, QuantizedWeightsAreParameters) {
  const Graph graph = parsed(
      "input %x: int8[1,3,8,8]\n const %w: int8[16,3,3,3] = splat(1)\n const %b: int32[16] = splat(1)\n"
      "const %shape: int64[2] = [16,36]\n %a = Conv(%x, %w, %b)\n %y = Reshape(%a, %shape)");
  EXPECT_EQ(parameters(graph), 16 * 27 + 16);
}

TEST(Count, UnknownTypesCountNothingAndHugeOnesStop) {
  EXPECT_EQ(multiply_adds(parsed("input %x\n const %w: float32[1,1,1,1] = [1]\n %y = Conv(%x, %w)")), 0);
  const Graph huge = parsed(
      "input %a: float32[1,1,3000000000,3000000000]\n input %w: float32[1,1,1000000,1000000]\n"
      "%y: float32[1,1,2000000000,2000000000] = Conv(%a, %w)");
  EXPECT_EQ(multiply_adds(huge), std::numeric_limits<std::int64_t>::max());
}

}  // namespace
}  // namespace diolkos::graph
