#include "quantize/symmetric_pairs.h"

#include <algorithm>
#include <cmath>
#include <random>

#include <gmock/gmock.h>

#include "graph/infer.h"
#include "graph/test_graph.h"
#include "graph/verify.h"
#include "reference/evaluate.h"

namespace diolkos::quantize {
namespace {

using graph::Op;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

// A residual block: r is read by a convolution, by the sum, and by a Sigmoid that no integers serve.
constexpr const char* kBlock = R"(
  input %x: float32[1,3,6,6]
  const %w1: float32[4,3,3,3] = seeded(1)
  const %b1: float32[4] = seeded(2)
  const %w2: float32[4,4,1,1] = seeded(3)
  %c1 = Conv(%x, %w1, %b1) {pads=[1,1,1,1]}
  %r = Relu(%c1)
  %c2 = Conv(%r, %w2)
  %sum = Add(%r, %c2)
  %gate = Sigmoid(%r)
  %y = Mul(%sum, %gate)
  output %y)";

graph::Graph block() {
  graph::Graph graph = graph::parsed(kBlock);
  EXPECT_TRUE(graph::infer_shapes(graph));
  return graph;
}

Tensor sample(std::uint32_t seed) {
  Tensor x = Tensor::zeros(DType::float32, Shape{1, 3, 6, 6}).value();
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  for (float& value : x.mutable_as<float>()) value = normal(random);
  return x;
}

Statistics observed(const graph::Graph& graph) {
  graph::Graph open = graph;
  open.add_output(open.find_value("r"));
  Statistics statistics;
  for (std::uint32_t seed = 0; seed < 4; ++seed) {
    const Tensor x = sample(seed);
    const auto outputs = reference::run(open, std::vector<Tensor>{x});
    EXPECT_TRUE(outputs);
    statistics["x"].histogram.add(x.as<float>());
    statistics["r"].histogram.add((*outputs)[1].as<float>());
  }
  return statistics;
}

TEST(SymmetricPairs, StandBeforeConvolutionsAndResiduals) {
  graph::Graph graph = block();
  EXPECT_THAT(paired_values(graph, {}), UnorderedElementsAre("x", "r"));
  const auto made = write_symmetric_pairs(graph, observed(graph), {});
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(*made, 2);
  const auto verified = graph::verify(graph);
  EXPECT_TRUE(verified) << verified.error().message;
  const auto reads = [&](const char* value, std::size_t index) {
    return graph.value(graph.node(graph.value(graph.find_value(value)).producer).input(index)).name;
  };
  EXPECT_EQ(reads("c1", 0), "x/rounded");
  EXPECT_EQ(reads("c2", 0), "r/rounded");
  EXPECT_EQ(reads("c2", 1), "w2/rounded");
  EXPECT_EQ(reads("sum", 0), "r/rounded");
  EXPECT_EQ(reads("gate", 0), "r") << "unrounded where no integer kernel reads it";
  EXPECT_EQ(graph.find_value("w1"), graph::kNoValue) << "the float weights are gone";
}

TEST(SymmetricPairs, EveryZeroPointIsZeroAndScalesCoverTheRange) {
  graph::Graph graph = block();
  const Statistics statistics = observed(graph);
  ASSERT_TRUE(write_symmetric_pairs(graph, statistics, {}));
  for (const char* name : {"x", "r", "w1", "w2"}) {
    const Tensor& zeros = *graph.value(graph.find_value(std::string(name) + "/zero_point")).constant;
    EXPECT_EQ(zeros.dtype(), DType::int8);
    EXPECT_TRUE(std::ranges::all_of(zeros.as<std::int8_t>(), [](int zero) { return zero == 0; })) << name;
  }
  const Histogram& seen = statistics.find("x")->second.histogram;
  EXPECT_FLOAT_EQ(graph.value(graph.find_value("x/scale")).constant->as<float>()[0],
                  std::max(-seen.low(), seen.high()) / 127);
  EXPECT_EQ(graph.value(graph.find_value("w1/scale")).type.shape, Shape({4}));
}

TEST(SymmetricPairs, KeepTheMeaningWithinTheirSteps) {
  const graph::Graph exact = block();
  graph::Graph rounded = exact;
  ASSERT_TRUE(write_symmetric_pairs(rounded, observed(exact), {}));
  const std::vector<Tensor> x{sample(2)};
  const auto expected = reference::run(exact, x), got = reference::run(rounded, x);
  ASSERT_TRUE(expected && got);
  const auto a = (*expected)[0].as<float>(), b = (*got)[0].as<float>();
  float largest = 0, off = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    largest = std::max(largest, std::abs(a[i]));
    off = std::max(off, std::abs(a[i] - b[i]));
  }
  EXPECT_GT(off, 0) << "something was rounded";
  EXPECT_LT(off, 0.05f * largest);
}

TEST(SymmetricPairs, LeaveWhatShallStayFloat) {
  graph::Graph graph = block();
  PairOptions options;
  options.keep_float = {"c2"};
  EXPECT_THAT(paired_values(graph, options), UnorderedElementsAre("x"));
  const auto made = write_symmetric_pairs(graph, observed(graph), options);
  ASSERT_TRUE(made);
  EXPECT_EQ(*made, 1);
  EXPECT_NE(graph.find_value("w2"), graph::kNoValue);
}

TEST(SymmetricPairs, ErrorsNameWhatIsMissing) {
  graph::Graph graph = block();
  Statistics statistics = observed(graph);
  statistics.erase(statistics.find("r"));
  const auto unobserved = write_symmetric_pairs(graph, statistics, {});
  ASSERT_FALSE(unobserved);
  EXPECT_THAT(unobserved.error().message, HasSubstr("'r'"));
  PairOptions options;
  options.keep_float = {"c3"};
  const auto unknown = write_symmetric_pairs(graph, statistics, options);
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().message, HasSubstr("'c3'"));
}

}  // namespace
}  // namespace diolkos::quantize
