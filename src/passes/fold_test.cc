// What constants are computed into.
#include <string>

#include "passes/fold_batch_norm.h"
#include "passes/fold_constants.h"
#include "passes/fold_scale_into_conv.h"
#include "passes/test_rewrite.h"

namespace diolkos::passes {
namespace {

TEST(FoldConstants, FoldsTheChainBeforeAResize) {
  graph::Graph graph = graph::parsed(R"(
    input %x: float32[1,2,4,6]
    input %like: float32[1,5,9,7]
    const %zero: int64[1] = [0]
    const %two: int64[1] = [2]
    const %four: int64[1] = [4]
    %shape = Shape(%like) "shape"
    %spatial = Slice(%shape, %two, %four, %zero) "spatial"
    %own = Shape(%x) "own"
    %outer = Slice(%own, %zero, %two, %zero) "outer"
    %sizes = Concat(%outer, %spatial) {axis=0} "sizes"
    %y = Resize(%x, _, _, %sizes) {mode="linear"} "y"
    output %y)");
  const auto status = fold_constants(graph);
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_EQ(graph::to_text(graph), graph::to_text(parsed(R"(
    input %x: float32[1,2,4,6]
    input %like: float32[1,5,9,7]
    const %sizes: int64[4] = [1, 2, 9, 7]
    %y = Resize(%x, _, _, %sizes) {mode="linear"} "y"
    output %y)")));
}

TEST(FoldConstants, KeepsOutputsWhereTheyAre) {
  graph::Graph graph = graph::parsed(R"(
    input %x: float32[2,3]
    %shape = Shape(%x) "shape"
    %y = Reshape(%x, %shape) "y"
    output %shape
    output %y)");
  ASSERT_TRUE(fold_constants(graph));
  EXPECT_EQ(graph.node_count(), 2u);
  EXPECT_EQ(graph.value(graph.outputs()[0]).name, "shape");
  EXPECT_FALSE(graph.value(graph.outputs()[0]).is_constant());
  EXPECT_EQ(graph.value(graph.outputs()[1]).type.shape, (Shape{2, 3}));
}

TEST(FoldConstants, DoesNotSwellTheModel) {
  expect_unchanged(fold_constants, R"(
    input %x: float32[1]
    const %huge: int64[2] = [4096, 4096]
    %zeros = ConstantOfShape(%huge) "zeros"
    %y = Add(%x, %zeros) "y"
    output %y)");
}

TEST(FoldConstants, LeavesInt8WeightsInt8) {
  expect_unchanged(fold_constants, R"(
    input %x: float32[2]
    const %w: int8[2] = [1, -3]
    const %scale: float32[] = [0.5]
    %real = DequantizeLinear(%w, %scale) "real"
    %y = Mul(%x, %real) "y"
    output %y)");
}

TEST(FoldBatchNorm, FoldsIntoAConvolution) {
  // s = gamma / sqrt(variance + epsilon) = {2/1, 3/2}
  expect_rewrite(fold_batch_norm, R"(
    input %x: float32[1,1,2,2]
    const %w: float32[2,1,1,1] = [1, 2]
    const %b: float32[2] = [5, 6]
    const %gamma: float32[2] = [2, 3]
    const %beta: float32[2] = [1, -1]
    const %mean: float32[2] = [1, 2]
    const %variance: float32[2] = [1, 4]
    %c = Conv(%x, %w, %b) "conv"
    %y = BatchNormalization(%c, %gamma, %beta, %mean, %variance) {epsilon=0.0} "bn"
    output %y)",
                 R"(
    input %x: float32[1,1,2,2]
    const %w: float32[2,1,1,1] = [2, 3]
    const %b: float32[2] = [9, 5]
    %y = Conv(%x, %w, %b) "conv"
    output %y)");
}

TEST(FoldBatchNorm, GivesABiasWhereThereWasNone) {
  graph::Graph graph = parsed(R"(
    input %x: float32[1,1,2,2]
    const %w: float32[1,1,1,1] = [3]
    const %p: float32[1] = [4]
    %c = Conv(%x, %w) "conv"
    %y = BatchNormalization(%c, %p, %p, %p, %p) {epsilon=0.0} "bn"
    output %y)");
  ASSERT_TRUE(fold_batch_norm(graph));
  EXPECT_EQ(graph.node_count(), 1u);
  const graph::ValueId bias = graph.find_value("conv.bias");
  ASSERT_NE(bias, graph::kNoValue);
  EXPECT_FLOAT_EQ(graph.value(bias).constant->as<float>()[0], 4 - 4 * 2.0f);
  EXPECT_FLOAT_EQ(graph.value(graph.find_value("w")).constant->as<float>()[0], 6);
}

TEST(FoldBatchNorm, KeepsWhatIsShared) {
  const std::string start = R"(
    input %x: float32[1,1,2,2]
    const %w: float32[1,1,1,1] = [3]
    const %p: float32[1] = [4]
    %c = Conv(%x, %w) "conv"
    %y = BatchNormalization(%c, %p, %p, %p, %p) "bn"
    )";
  expect_unchanged(fold_batch_norm, start + "output %y\n output %c");
  expect_unchanged(fold_batch_norm, start + "%z = Relu(%c) \"z\"\n output %y\n output %z");
}

TEST(FoldBatchNorm, LeavesAConvolutionsSharedWeightsToTheOther) {
  expect_rewrite(fold_batch_norm, R"(
    input %x: float32[1,1,2,2]
    const %w: float32[1,1,1,1] = [3]
    const %b: float32[1] = [0]
    const %p: float32[1] = [4]
    %other = Conv(%x, %w, %b) "other"
    %c = Conv(%x, %w, %b) "conv"
    %y = BatchNormalization(%c, %p, %p, %p, %p) {epsilon=0.0} "bn"
    output %other
    output %y)",
                 R"(
    input %x: float32[1,1,2,2]
    const %w: float32[1,1,1,1] = [3]
    const %b: float32[1] = [0]
    %other = Conv(%x, %w, %b) "other"
    const %w_1: float32[1,1,1,1] = [6]
    const %b_1: float32[1] = [-4]
    %y = Conv(%x, %w_1, %b_1) "conv"
    output %other
    output %y)");
}

TEST(FoldBatchNorm, LeavesWhatWouldNotBeFinite) {
  expect_unchanged(fold_batch_norm, R"(
    input %x: float32[1,1,2,2]
    const %w: float32[1,1,1,1] = [3]
    const %p: float32[1] = [1]
    const %variance: float32[1] = [-2]
    %c = Conv(%x, %w) "conv"
    %y = BatchNormalization(%c, %p, %p, %p, %variance) "bn"
    output %y)");
}

TEST(FoldBatchNorm, FollowsTheGroupsOfATransposedConvolution) {
  expect_rewrite(fold_batch_norm, R"(
    input %x: float32[1,2,2,2]
    const %w: float32[2,1,1,1] = [1, 1]
    const %b: float32[2] = [1, 1]
    const %gamma: float32[2] = [2, 3]
    const %zero: float32[2] = [0, 0]
    const %one: float32[2] = [1, 1]
    %c = ConvTranspose(%x, %w, %b) {group=2} "conv"
    %y = BatchNormalization(%c, %gamma, %zero, %zero, %one) {epsilon=0.0} "bn"
    output %y)",
                 R"(
    input %x: float32[1,2,2,2]
    const %w: float32[2,1,1,1] = [2, 3]
    const %b: float32[2] = [2, 3]
    %y = ConvTranspose(%x, %w, %b) {group=2} "conv"
    output %y)");
}

TEST(FoldScaleIntoConv, TakesConstantsOfAllAndOfEachChannel) {
  expect_rewrite(fold_scale_into_conv, R"(
    input %x: float32[1,1,2,2]
    const %w: float32[2,1,1,1] = [1, 2]
    const %b: float32[2] = [1, 2]
    const %two: float32[] = [2]
    const %each: float32[2,1,1] = [10, 20]
    %c = Conv(%x, %w, %b) "conv"
    %m = Mul(%two, %c) "m"
    %a = Add(%m, %each) "a"
    %d = Div(%a, %two) "d"
    %y = Sub(%d, %each) "s"
    output %y)",
                 R"(
    input %x: float32[1,1,2,2]
    const %w: float32[2,1,1,1] = [1, 2]
    const %b: float32[2] = [-4, -8]
    %y = Conv(%x, %w, %b) "conv"
    output %y)");
}

TEST(FoldScaleIntoConv, LeavesOtherBroadcasts) {
  for (const char* constant : {"float32[1,1,2] = [1, 2]", "float32[2,1,1,1,1] = [1, 1]", "float32[2,1,1,1] = [1, 1]"}) {
    SCOPED_TRACE(constant);
    expect_unchanged(fold_scale_into_conv, std::string(R"(
    input %x: float32[1,1,2,2]
    const %w: float32[1,1,1,1] = [1]
    const %k: )") + constant + R"(
    %c = Conv(%x, %w) "conv"
    %y = Mul(%c, %k) "m"
    output %y)");
  }
  expect_unchanged(fold_scale_into_conv, R"(
    input %x: float32[1,1,2,2]
    const %w: float32[1,1,1,1] = [1]
    const %one: float32[] = [1]
    %c = Conv(%x, %w) "conv"
    %y = Sub(%one, %c) "m"
    output %y)");
}

}  // namespace
}  // namespace diolkos::passes
