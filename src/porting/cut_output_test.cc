#include "porting/cut_output.h"

#include <gmock/gmock.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "graph/infer.h"
#include "graph/text.h"

namespace diolkos::porting {
namespace {

using ::testing::HasSubstr;

graph::Graph network(std::string_view end, std::string_view output) {
  auto graph = graph::parse_text(fmt::format(R"(graph "net" {{
    input %x: float32[1,4,5,5]
    const %s: int64[4] = [1,4,9,9]
    %l = Relu(%x)
    %u = Resize(%l, _, _, %s) {{mode="linear", coordinate_transformation_mode="align_corners"}}
    {}
    output %{}
  }})", end, output));
  EXPECT_TRUE(graph) << graph.error().message;
  EXPECT_TRUE(graph::infer_shapes(*graph));
  return std::move(*graph);
}

std::string output_of(const graph::Graph& graph) { return graph.value(graph.outputs()[0]).name; }

TEST(CutOutput, TakesDecisionsAway) {
  for (const auto* end : {"%y = Softmax(%u) {axis=1}", "%y = Sigmoid(%u)", "%y = ArgMax(%u) {axis=1, keepdims=0}",
                          "%p = Softmax(%u) {axis=1}\n %k = ArgMax(%p) {axis=1}\n %y = Cast(%k) {to=6}"}) {
    graph::Graph graph = network(end, "y");
    ASSERT_TRUE(cut_output(graph, Ending::scores)) << end;
    EXPECT_EQ(output_of(graph), "u") << end;
    EXPECT_EQ(graph.metadata["diolkos.output"], "scores");
    EXPECT_FALSE(graph.metadata.contains("diolkos.resize"));
    EXPECT_EQ(graph.node_count(), 2u);
  }
}

TEST(CutOutput, TakesTheResizeAwayAndTellsIt) {
  graph::Graph graph = network("%y = Softmax(%u) {axis=1}", "y");
  ASSERT_TRUE(cut_output(graph, Ending::logits));
  EXPECT_EQ(output_of(graph), "l");
  EXPECT_EQ(graph.metadata["diolkos.resize"], "align_corners 9x9");
  ASSERT_TRUE(cut_output(graph, Ending::logits)) << "what was cut before stays as it is";
  EXPECT_EQ(output_of(graph), "l");
}

TEST(CutOutput, LeavesWhatHasNothingToCut) {
  graph::Graph graph = network("%y = Relu(%u)", "y");
  ASSERT_TRUE(cut_output(graph, Ending::scores));
  EXPECT_EQ(output_of(graph), "y");
  const Status logits = cut_output(graph, Ending::logits);
  ASSERT_FALSE(logits);
  EXPECT_THAT(logits.error().message, HasSubstr("(Relu) before the scores is no resize; end it with its scores"));
}

}  // namespace
}  // namespace diolkos::porting
