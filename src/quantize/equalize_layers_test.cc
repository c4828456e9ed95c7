#include "quantize/equalize_layers.h"

#include <cmath>
#include <random>

#include <gmock/gmock.h>

#include "graph/infer.h"
#include "graph/text.h"
#include "reference/evaluate.h"

namespace diolkos::quantize {
namespace {

constexpr const char* kNetwork = R"(graph "net" {
  input %x: float32[1,3,6,6]
  const %w1: float32[4,3,3,3] = seeded(1)
  const %b1: float32[4] = seeded(2)
  const %w2: float32[8,1,3,3] = seeded(3)
  const %w3: float32[2,8,1,1] = seeded(4)
  %c1 = Conv(%x, %w1, %b1) {pads=[1,1,1,1]}
  %r1 = Relu(%c1)
  %c2 = Conv(%r1, %w2) {pads=[1,1,1,1], group=4}
  %y = Conv(%c2, %w3)
  output %y
})";

// Channel 1 of the first convolution is 64 times the others.
graph::Graph uneven() {
  auto graph = graph::parse_text(kNetwork);
  EXPECT_TRUE(graph) << graph.error().message;
  EXPECT_TRUE(graph::infer_shapes(*graph));
  graph::Value& weights = graph->value(graph->find_value("w1"));
  Tensor larger = Tensor::of(weights.type.shape, weights.constant->as<float>());
  for (float& w : larger.mutable_as<float>().subspan(27, 27)) w *= 64;
  weights.constant = larger;
  return std::move(*graph);
}

float largest(const graph::Graph& graph, const char* name, std::size_t from, std::size_t count) {
  float most = 0;
  for (const float w : graph.value(graph.find_value(name)).constant->as<float>().subspan(from, count))
    most = std::max(most, std::abs(w));
  return most;
}

TEST(EqualizeLayers, BringsChannelsTogetherAndChangesNoResult) {
  const graph::Graph before = uneven();
  graph::Graph after = before;
  const auto pairs = equalize_layers(after);
  ASSERT_TRUE(pairs);
  EXPECT_EQ(*pairs, 2);
  EXPECT_GT(largest(before, "w1", 27, 27) / largest(before, "w1", 0, 27), 20);
  EXPECT_LT(largest(after, "w1", 27, 27) / largest(after, "w1", 0, 27), 12);
  Tensor x = Tensor::zeros(DType::float32, Shape{1, 3, 6, 6}).value();
  std::mt19937 random(5);
  std::normal_distribution<float> normal;
  for (float& value : x.mutable_as<float>()) value = normal(random);
  const auto exact = reference::run(before, std::vector<Tensor>{x});
  const auto equalized = reference::run(after, std::vector<Tensor>{x});
  ASSERT_TRUE(exact && equalized);
  for (std::size_t i = 0; i < 72; ++i) EXPECT_EQ((*exact)[0].as<float>()[i], (*equalized)[0].as<float>()[i]);
}

TEST(EqualizeLayers, LeavesWhatOthersReadAlone) {
  graph::Graph graph = uneven();
  graph.add_output(graph.find_value("r1"));
  graph.add_output(graph.find_value("c2"));
  const std::string before = graph::to_text(graph);
  EXPECT_EQ(equalize_layers(graph).value(), 0);
  EXPECT_EQ(graph::to_text(graph), before);
}

}  // namespace
}  // namespace diolkos::quantize
