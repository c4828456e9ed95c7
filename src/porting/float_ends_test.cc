#include "porting/float_ends.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph/infer.h"
#include "graph/precision.h"
#include "graph/text.h"
#include "reference/evaluate.h"

namespace diolkos::porting {
namespace {

using ::testing::ElementsAre;

// y = max(x, 0) in uint8, where real = 0.5 (stored - 128); and the class of the highest channel.
graph::Graph rectifier() {
  auto graph = graph::parse_text(R"(graph "rectifier" {
    input %x: uint8[1,3,1,1] quant([0.5], [128])
    %y = Relu(%x)
    %k = ArgMax(%y) {axis=1}
    output %y
    output %k
  })");
  EXPECT_TRUE(graph) << graph.error().message;
  graph->value(graph->find_value("y")).type = graph->value(graph->find_value("x")).type;
  EXPECT_TRUE(graph::infer_shapes(*graph));
  return std::move(*graph);
}

TEST(FloatEnds, TakeAndGiveRealValues) {
  graph::Graph graph = rectifier();
  EXPECT_EQ(graph::precision_of(graph), "uint8");
  ASSERT_TRUE(give_float_ends(graph));
  EXPECT_EQ(graph::precision_of(graph), "uint8");
  EXPECT_EQ(graph.value(graph.inputs()[0]).name, "x");
  EXPECT_EQ(graph.value(graph.inputs()[0]).type.dtype, DType::float32);
  EXPECT_EQ(graph.value(graph.outputs()[0]).name, "y");
  const auto results =
      reference::run(graph, std::vector<Tensor>{Tensor::of<float>(Shape{1, 3, 1, 1}, {-3, 1.3f, 900})});
  ASSERT_TRUE(results) << results.error().message;
  const auto y = (*results)[0].as<float>();
  EXPECT_THAT(std::vector<float>(y.begin(), y.end()), ElementsAre(0.0f, 1.5f, 63.5f));  // 900 saturates
  EXPECT_EQ((*results)[1].as<std::int64_t>()[0], 2);
}

TEST(FloatEnds, PixelsInBytesDescribeThemselves) {
  graph::Graph graph = rectifier();
  ASSERT_TRUE(give_float_ends(graph));
  EXPECT_EQ(graph.metadata["diolkos.normalize"], "custom");
  EXPECT_EQ(graph.metadata["diolkos.mean"].substr(0, 9), "0.5019607");  // 128 / 255
  graph::Graph named = rectifier();
  named.metadata["diolkos.normalize"] = "unit";
  ASSERT_TRUE(give_float_ends(named));
  EXPECT_EQ(named.metadata["diolkos.normalize"], "unit");
}

TEST(FloatEnds, FloatNetworksStay) {
  auto graph = graph::parse_text("graph \"g\" {\n input %x: float32[1]\n %y = Relu(%x)\n output %y\n}");
  ASSERT_TRUE(graph);
  const std::string before = graph::to_text(*graph);
  ASSERT_TRUE(give_float_ends(*graph));
  EXPECT_EQ(graph::to_text(*graph), before);
  EXPECT_EQ(graph::precision_of(*graph), "fp32");
}

}  // namespace
}  // namespace diolkos::porting
