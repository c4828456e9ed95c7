#include "passes/pass.h"

#include <algorithm>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace diolkos::passes {
namespace {

using testing::HasSubstr;

TEST(Passes, ArePrefixesOfOneTable) {
  const auto types = passes_of(Pipeline::types);
  const auto deploy = passes_of(Pipeline::deploy);
  const auto native = passes_of(Pipeline::native);
  EXPECT_EQ(types.back().name, "fold_constants");
  EXPECT_LT(types.size(), deploy.size());
  EXPECT_LT(deploy.size(), native.size());
  EXPECT_EQ(types.data(), native.data());
  for (const Pass& pass : deploy) EXPECT_THAT(std::string(pass.name), testing::Not(HasSubstr("activation")));
}

TEST(Passes, HaveAReasonEach) {
  for (const Pass& pass : passes_of(Pipeline::native)) {
    EXPECT_FALSE(pass.reason.empty()) << pass.name;
    EXPECT_NE(pass.run, nullptr) << pass.name;
  }
}

TEST(Passes, NameTheNearestWhereOneIsUnknown) {
  graph::Graph graph;
  const auto status = run_passes(graph, Pipeline::types, {.disabled = {"fold_batchnorm"}, .verify_each = false});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::usage);
  EXPECT_THAT(status.error().message, HasSubstr("did you mean 'fold_batch_norm'"));
}

TEST(Passes, CanBeSwitchedOff) {
  const auto make = [] {
    graph::Graph graph;
    const auto x = graph.add_input("x", {DType::float32, Shape{1}, {}});
    graph.add_output(graph.add(graph::Op::Relu, "y", {graph.add(graph::Op::Identity, "same", {x})}));
    return graph;
  };
  graph::Graph with = make();
  graph::Graph without = make();
  ASSERT_TRUE(run_passes(with, Pipeline::native, {}));
  ASSERT_TRUE(run_passes(without, Pipeline::native, {.disabled = {"eliminate_identity"}, .verify_each = true}));
  EXPECT_EQ(with.node_count(), 1u);
  EXPECT_EQ(without.node_count(), 2u);
}

TEST(Passes, RefuseABrokenGraph) {
  graph::Graph graph;
  const auto x = graph.add_input("x", {DType::float32, Shape{1}, {}});
  const auto a = graph.add(graph::Op::Relu, "a", {x});
  const auto b = graph.add(graph::Op::Relu, "b", {a});
  graph.node(graph.value(a).producer).inputs[0] = b;
  graph.add_output(b);
  EXPECT_FALSE(run_passes(graph, Pipeline::native, {}));
}

}  // namespace
}  // namespace diolkos::passes
