#include "passes/pooled_branch_as_bias.h"

#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "graph/infer.h"
#include "graph/text.h"
#include "graph/verify.h"
#include "reference/evaluate.h"

namespace diolkos::passes {
namespace {

graph::Graph parsed(const std::string& body) {
  auto graph =
      graph::parse_text("graph \"t\" {\n input %x: float32[1,8,5,6]\n input %v: float32[1,4,1,1]\n" + body + "\n}\n");
  EXPECT_TRUE(graph) << graph.error().message;
  EXPECT_TRUE(graph::infer_shapes(*graph));
  return *graph;
}

int convolutions(const graph::Graph& graph) {
  int found = 0;
  for (const graph::NodeId id : graph.order()) found += graph.node(id).op == graph::Op::Conv;
  return found;
}

Tensor counted(const Shape& shape) {
  Tensor tensor = Tensor::zeros(DType::float32, shape).value();
  float next = 0;
  for (float& value : tensor.mutable_as<float>()) value = std::sin(next += 0.7f);
  return tensor;
}

void expect_rewritten(const std::string& body, int convolutions_after) {
  SCOPED_TRACE(body);
  const graph::Graph before = parsed(body);
  graph::Graph after = before;
  ASSERT_TRUE(pooled_branch_as_bias(after));
  after.prune();
  ASSERT_TRUE(graph::verify(after)) << graph::verify(after).error().message;
  EXPECT_EQ(convolutions(after), convolutions_after);
  const std::vector<Tensor> inputs{counted({1, 8, 5, 6}), counted({1, 4, 1, 1})};
  const auto expected = reference::run(before, inputs), got = reference::run(after, inputs);
  ASSERT_TRUE(expected && got);
  const auto a = (*expected)[0].as<float>(), b = (*got)[0].as<float>();
  ASSERT_EQ((*expected)[0].shape(), (*got)[0].shape());
  for (std::size_t i = 0; i < a.size(); ++i) ASSERT_NEAR(a[i], b[i], 1e-5) << i;
}

const std::string kResize = " const %sizes: int64[4] = [1,4,5,6]\n %r = Resize(%v, _, _, %sizes) {mode=\"linear\"}\n";
const std::string kFilters = " const %w: float32[32,12,1,1] = seeded(1)\n const %b: float32[32] = seeded(2)\n";

TEST(PooledBranchAsBias, WhereverItStandsInTheConcatenation) {
  expect_rewritten(kResize + kFilters + " %c = Concat(%r, %x) {axis=1}\n %y = Conv(%c, %w, %b)\n output %y", 2);
  expect_rewritten(kResize + kFilters + " %c = Concat(%x, %r) {axis=1}\n %y = Conv(%c, %w)\n output %y", 2);
  expect_rewritten(kResize + " const %w: float32[32,20,1,1] = seeded(1)\n"
                   " %c = Concat(%x, %r, %x) {axis=-3}\n %y = Conv(%c, %w)\n output %y", 2);
}

TEST(PooledBranchAsBias, LeavesAloneWhatIsNotTheSame) {
  const auto alone = [](const std::string& body) { expect_rewritten(body, 1); };
  alone(kResize + kFilters + " %c = Concat(%r, %x) {axis=1}\n %y = Conv(%c, %w, %b)\n output %y\n output %c");
  alone(kResize +
        " const %w: float32[30,12,1,1] = seeded(1)\n %c = Concat(%r, %x) {axis=1}\n %y = Conv(%c, %w)\n output %y");
  alone(kResize +
        " const %w: float32[32,12,3,3] = seeded(1)\n %c = Concat(%r, %x) {axis=1}\n %y = Conv(%c, %w)\n output %y");
  alone(kResize + kFilters + " %c = Concat(%r, %x) {axis=1}\n %y = Conv(%c, %w, %b) {pads=[1,1,1,1]}\n output %y");
  alone(kResize + kFilters + " %c = Concat(%r, %x) {axis=1}\n %y = Conv(%c, %w, %b) {strides=[2,2]}\n output %y");
  alone(" const %p: float32[1,4,5,6] = seeded(3)\n" + kFilters +
        " %s = Sigmoid(%p)\n %c = Concat(%s, %x) {axis=1}\n %y = Conv(%c, %w, %b)\n output %y");
}

}  // namespace
}  // namespace diolkos::passes
