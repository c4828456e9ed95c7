// Whatever the passes rewrite, the network computes the same: random graphs, before and after.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "passes/pass.h"
#include "passes/random_graph.h"
#include "reference/evaluate.h"

namespace diolkos::passes {
namespace {

constexpr float kTolerance = 2e-5f;  // of the largest |element|

std::vector<std::string> output_names(const graph::Graph& graph) {
  std::vector<std::string> names;
  for (const graph::ValueId id : graph.outputs()) names.push_back(graph.value(id).name);
  return names;
}

// The largest difference as a share of the largest element.
float difference(const Tensor& a, const Tensor& b) {
  if (a.shape() != b.shape()) return INFINITY;
  const auto left = a.as<float>();
  const auto right = b.as<float>();
  float apart = 0, largest = 1e-6f;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (!(std::abs(left[i] - right[i]) <= INFINITY)) return INFINITY;  // a NaN
    apart = std::max(apart, std::abs(left[i] - right[i]));
    largest = std::max(largest, std::abs(left[i]));
  }
  return apart / largest;
}

class Meaning : public testing::TestWithParam<Pipeline> {
 protected:
  void check(std::uint64_t seed, const PassOptions& options) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomGraph random(seed);
    graph::Graph before = random.make(12);
    const std::vector<Tensor> inputs{random.random_tensor(before.value(before.inputs()[0]).type.shape)};
    graph::Graph after = before;
    const auto status = run_passes(after, GetParam(), options);
    ASSERT_TRUE(status) << status.error().message;
    ASSERT_EQ(output_names(after), output_names(before));
    const auto expected = reference::run(before, inputs);
    ASSERT_TRUE(expected) << expected.error().message;
    const auto got = reference::run(after, inputs);
    ASSERT_TRUE(got) << got.error().message;
    ASSERT_EQ(got->size(), expected->size());
    for (std::size_t i = 0; i < got->size(); ++i) EXPECT_LE(difference((*expected)[i], (*got)[i]), kTolerance) << i;
  }
};

TEST_P(Meaning, SurvivesAllPasses) {
  for (std::uint64_t seed = 0; seed < 400 && !HasFatalFailure(); ++seed)
    check(seed, {.disabled = {}, .verify_each = true});
}

TEST_P(Meaning, SurvivesAnyOnePassSwitchedOff) {
  for (const Pass& pass : passes_of(GetParam())) {
    if (pass.name == "fold_constants") continue;  // without types there is nothing to run
    SCOPED_TRACE(std::string(pass.name));
    for (std::uint64_t seed = 1000; seed < 1020 && !HasFatalFailure(); ++seed)
      check(seed, {.disabled = {std::string(pass.name)}, .verify_each = true});
  }
}

std::string name_of(const testing::TestParamInfo<Pipeline>& pipeline) {
  constexpr const char* kNames[] = {"types", "deploy", "native"};
  return kNames[static_cast<int>(pipeline.param)];
}
INSTANTIATE_TEST_SUITE_P(Of, Meaning, testing::Values(Pipeline::types, Pipeline::deploy, Pipeline::native), name_of);

}  // namespace
}  // namespace diolkos::passes
