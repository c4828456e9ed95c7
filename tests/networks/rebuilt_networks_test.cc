// Every architecture with random weights: finite scores, the same before and after the native passes, and nothing left
// of what they fuse.
#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "models/model.h"
#include "passes/pass.h"
#include "reference/evaluate.h"

namespace diolkos {
namespace {

constexpr float kTolerance = 2e-5f;  // of the largest |score|

Tensor wave(const Shape& shape) {
  Tensor tensor = Tensor::zeros(DType::float32, shape).value();
  float at = 0;
  for (float& element : tensor.mutable_as<float>()) element = 2 * std::sin(at += 0.7f);
  return tensor;
}

std::map<std::string, int> operators_of(const graph::Graph& graph) {
  std::map<std::string, int> counts;
  for (const graph::NodeId id : graph.order()) ++counts[std::string(graph::name_of(graph.node(id).op))];
  return counts;
}

class RebuiltNetworks : public testing::TestWithParam<std::string_view> {};

TEST_P(RebuiltNetworks, ScoreTheSameAfterThePasses) {
  const auto weights = models::random_weights(GetParam(), 11, 5);
  ASSERT_TRUE(weights) << weights.error().message;
  const auto plain = models::build(*weights, {33, 24});
  ASSERT_TRUE(plain) << plain.error().message;
  graph::Graph fused = *plain;
  const auto status = passes::run_passes(fused, passes::Pipeline::native, {.disabled = {}, .verify_each = true});
  ASSERT_TRUE(status) << status.error().message;

  const Tensor image = wave(Shape{1, 3, 33, 24});
  const auto expected = reference::run(*plain, {&image, 1});
  const auto got = reference::run(fused, {&image, 1});
  ASSERT_TRUE(expected) << expected.error().message;
  ASSERT_TRUE(got) << got.error().message;
  const auto a = expected->front().as<float>();
  const auto b = got->front().as<float>();
  ASSERT_EQ(a.size(), b.size());
  float largest = 0, apart = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ASSERT_TRUE(std::isfinite(a[i])) << i;
    largest = std::max(largest, std::abs(a[i]));
    apart = std::max(apart, std::abs(a[i] - b[i]));
  }
  EXPECT_GT(largest, 1e-3f);
  EXPECT_LE(apart, kTolerance * largest);
}

TEST_P(RebuiltNetworks, AreFusedWhole) {
  graph::Graph graph = *models::build(*models::random_weights(GetParam(), 11), {64, 64});
  ASSERT_TRUE(passes::run_passes(graph, passes::Pipeline::native, {}));
  const auto counts = operators_of(graph);
  for (const char* gone : {"BatchNormalization", "Relu", "HardSwish", "HardSigmoid", "Sigmoid"})
    EXPECT_FALSE(counts.contains(gone)) << gone;
  // Shortcuts all end a convolution; LRASPP's two classifiers are added into one.
  EXPECT_FALSE(counts.contains("Add"));
}

INSTANTIATE_TEST_SUITE_P(Torchvision, RebuiltNetworks,
                         testing::ValuesIn(models::architectures().begin(), models::architectures().end()),
                         [](const auto& network) { return std::string(network.param); });

}  // namespace
}  // namespace diolkos
