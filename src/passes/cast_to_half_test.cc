#include "passes/cast_to_half.h"

#include <string>
#include <string_view>

#include <gmock/gmock.h>

#include "graph/infer.h"
#include "graph/test_graph.h"
#include "graph/text.h"
#include "graph/verify.h"
#include "passes/pass.h"
#include "passes/random_graph.h"

namespace diolkos::passes {
namespace {

using graph::Op;
using ::testing::ElementsAre;

graph::Graph typed(std::string_view statements) {
  graph::Graph graph = graph::parsed(statements);
  const auto inferred = graph::infer_shapes(graph);
  EXPECT_TRUE(inferred) << (inferred ? "" : inferred.error().message);
  return graph;
}

// The types that the pass wrote are those that ONNX's rules give.
void expect_sound(graph::Graph graph) {
  const auto verified = graph::verify(graph);
  EXPECT_TRUE(verified) << verified.error().message;
  const graph::Graph before = graph;
  const auto inferred = graph::infer_shapes(graph);
  ASSERT_TRUE(inferred) << inferred.error().message;
  for (const graph::NodeId id : graph.order())
    for (const graph::ValueId output : graph.node(id).outputs)
      EXPECT_EQ(graph.value(output).type.dtype, before.value(output).type.dtype) << graph.value(output).name;
}

DType dtype_of(const graph::Graph& graph, std::string_view name) {
  const graph::ValueId id = graph.find_value(name);
  return id == graph::kNoValue ? DType::undefined : graph.value(id).type.dtype;
}

int count(const graph::Graph& graph, Op op) {
  int found = 0;
  for (const graph::NodeId id : graph.order()) found += graph.node(id).op == op;
  return found;
}

constexpr const char* kNetwork = R"(
  input %x: float32[1,3,4,4]
  const %w: float32[2,3,1,1] = seeded(1)
  const %b: float32[2] = seeded(2)
  const %sizes: int64[4] = [1, 2, 8, 8]
  %c = Conv(%x, %w, %b) "conv"
  %r = Relu(%c) "relu"
  %big = Resize(%r, _, _, %sizes) {mode="linear"} "resize"
  %y = Softmax(%big) {axis=1} "softmax"
  output %y
  output %r)";

TEST(CastToHalf, ComputesInHalfBetweenFloat32Ends) {
  graph::Graph graph = typed(kNetwork);
  const auto report = cast_to_half(graph);
  ASSERT_TRUE(report) << report.error().message;
  expect_sound(graph);
  EXPECT_EQ(report->half, 3);
  EXPECT_EQ(report->single, 1);
  EXPECT_EQ(dtype_of(graph, "x"), DType::float32);
  EXPECT_EQ(dtype_of(graph, "c/half"), DType::float16);
  EXPECT_EQ(dtype_of(graph, "c"), DType::undefined) << "nobody reads it in float32";
  EXPECT_EQ(dtype_of(graph, "r"), DType::float32) << "an output";
  EXPECT_EQ(dtype_of(graph, "w/half"), DType::float16);
  EXPECT_EQ(dtype_of(graph, "y"), DType::float32);
  EXPECT_EQ(count(graph, Op::Cast), 3) << "x, the output r, what Softmax reads:\n" << graph::to_text(graph);
}

TEST(CastToHalf, KeepsWhatWasSeenToOverflowInFloat32) {
  graph::Graph graph = typed(kNetwork);
  HalfOptions options;
  options.largest = {{"c", 40000.0f}, {"r", 40000.0f}, {"big", 10.0f}};
  const auto report = cast_to_half(graph, options);
  ASSERT_TRUE(report);
  expect_sound(graph);
  EXPECT_THAT(report->beyond, ElementsAre("c", "r"));
  EXPECT_EQ(report->half, 0) << "Resize reads r";
  EXPECT_EQ(dtype_of(graph, "c"), DType::float32);
}

TEST(CastToHalf, KeepsConstantsThatHalfCannotHold) {
  graph::Graph graph = typed(R"(
    input %x: float32[4]
    const %huge: float32[] = [1e6]
    const %two: float32[] = [2]
    %a = Mul(%x, %huge)
    %y = Add(%a, %two)
    output %y)");
  const auto report = cast_to_half(graph);
  ASSERT_TRUE(report);
  expect_sound(graph);
  EXPECT_EQ(dtype_of(graph, "a"), DType::float32);
  EXPECT_EQ(dtype_of(graph, "two/half"), DType::float16);
}

TEST(CastToHalf, KeepsExponentialsQuotientsAndLongSumsInFloat32) {
  for (const char* node : {"Exp(%x)", "Log(%x)", "Div(%x, %x)", "Pow(%x, %x)", "Sqrt(%x)", "Softmax(%x)", "Erf(%x)",
                           "GlobalAveragePool(%x)", "ReduceSum(%x)", "Cast(%x) {to=11}"}) {
    graph::Graph graph = typed("input %x: float32[1,1,40,40]\n%y = " + std::string(node) + "\noutput %y");
    const std::string before = graph::to_text(graph);
    const auto report = cast_to_half(graph);
    ASSERT_TRUE(report) << node;
    EXPECT_EQ(report->half, 0) << node;
    EXPECT_EQ(graph::to_text(graph), before);
  }
}

TEST(CastToHalf, PoolsOfFewAreInHalf) {
  graph::Graph graph = typed("input %x: float32[1,1,20,20]\n%y = GlobalAveragePool(%x)\noutput %y");
  EXPECT_EQ(cast_to_half(graph)->half, 1);
  expect_sound(graph);
}

TEST(CastToHalf, LeavesIntegersAndAGraphOfHalvesAlone) {
  graph::Graph graph = typed(R"(
    input %x: float32[1,2,4,4]
    %r = Relu(%x)
    %classes = ArgMax(%r) {axis=1}
    output %classes)");
  EXPECT_EQ(cast_to_half(graph)->half, 2);
  expect_sound(graph);
  EXPECT_EQ(dtype_of(graph, "classes"), DType::int64);
  const std::string once = graph::to_text(graph);
  EXPECT_EQ(cast_to_half(graph)->half, 0);
  EXPECT_EQ(graph::to_text(graph), once);
}

TEST(CastToHalf, UnknownTypesAreAnError) {
  graph::Graph graph = graph::parsed("input %x: float32[4]\n%y = Relu(%x)\noutput %y");
  EXPECT_FALSE(cast_to_half(graph));
}

TEST(CastToHalf, IsSoundOnRandomGraphs) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(seed);
    graph::Graph graph = RandomGraph(seed).make(12);
    ASSERT_TRUE(run_passes(graph, Pipeline::types));
    std::vector<std::string> outputs;
    for (const graph::ValueId id : graph.outputs()) outputs.push_back(graph.value(id).name);
    ASSERT_TRUE(cast_to_half(graph));
    expect_sound(graph);
    for (std::size_t i = 0; i < outputs.size(); ++i) EXPECT_EQ(graph.value(graph.outputs()[i]).name, outputs[i]);
  }
}

}  // namespace
}  // namespace diolkos::passes
