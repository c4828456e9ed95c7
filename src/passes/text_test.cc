// Each pass on text: what it makes of a graph, and what it leaves alone.
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "graph/infer.h"
#include "graph/text.h"
#include "graph/verify.h"
#include "passes/eliminate_common_subexpressions.h"
#include "passes/eliminate_dead_code.h"
#include "passes/eliminate_identity.h"
#include "passes/fold_batch_norm.h"
#include "passes/fold_constants.h"
#include "passes/fold_scale_into_conv.h"
#include "passes/fuse_activation.h"
#include "passes/fuse_hard_sigmoid.h"
#include "passes/fuse_hard_swish.h"
#include "passes/fuse_pad_into_conv.h"
#include "passes/fuse_residual_add.h"
#include "passes/merge_transposes.h"
#include "passes/normalize_auto_pad.h"
#include "passes/normalize_resize.h"

namespace diolkos::passes {
namespace {

using Rewrite = Status (*)(graph::Graph&);

std::string wrapped(std::string_view body) { return "graph \"t\" {\n" + std::string(body) + "\n}\n"; }

graph::Graph parsed(std::string_view body) {
  auto graph = graph::parse_text(wrapped(body));
  EXPECT_TRUE(graph) << graph.error().message;
  if (!graph) return {};
  const auto typed = graph::infer_shapes(*graph);
  EXPECT_TRUE(typed) << typed.error().message;
  return *graph;
}

void expect_rewrite(Rewrite pass, std::string_view before, std::string_view after) {
  graph::Graph graph = parsed(before);
  const auto status = pass(graph);
  ASSERT_TRUE(status) << status.error().message;
  const auto verified = graph::verify(graph);
  EXPECT_TRUE(verified) << verified.error().message;
  EXPECT_EQ(graph::to_text(graph), graph::to_text(parsed(after)));
}

void expect_unchanged(Rewrite pass, std::string_view body) { expect_rewrite(pass, body, body); }

TEST(EliminateDeadCode, ErasesWhatNoOutputNeeds) {
  expect_rewrite(eliminate_dead_code, R"(
    input %x: float32[1,2]
    const %c: float32[] = [1]
    %used = Relu(%x) "used"
    %lost = Add(%x, %c) "lost"
    %alone = Sigmoid(%lost) "alone"
    output %used)",
                 R"(
    input %x: float32[1,2]
    %used = Relu(%x) "used"
    output %used)");
}

TEST(EliminateIdentity, ForwardsItsInput) {
  for (const char* identity : {"Identity(%a)", "Dropout(%a)", "Cast(%a) {to=1}", "Concat(%a) {axis=0}", "Max(%a)",
                               "Transpose(%a) {perm=[0,1]}", "Reshape(%a, %s)", "Mul(%one, %a)", "Div(%a, %one)",
                               "Add(%a, %zero)", "Sub(%a, %zero)", "Pow(%a, %one)", "Pad(%a, %none)", "Clip(%a)"}) {
    SCOPED_TRACE(identity);
    expect_rewrite(eliminate_identity, std::string(R"(
    input %x: float32[2,3]
    const %s: int64[2] = [0, -1]
    const %one: float32[] = [1]
    const %zero: float32[1] = [0]
    const %none: int64[4] = [0, 0, 0, 0]
    %a = Relu(%x) "a"
    %b = )") + identity + R"( "b"
    %c = Sigmoid(%b) "c"
    output %c)",
                   R"(
    input %x: float32[2,3]
    %a = Relu(%x) "a"
    %c = Sigmoid(%a) "c"
    output %c)");
  }
}

TEST(EliminateIdentity, GivesTheOutputsNameToWhatStays) {
  expect_rewrite(eliminate_identity, R"(
    input %x: float32[2]
    %a = Relu(%x) "a"
    %y = Identity(%a) "last"
    %z = Sigmoid(%a) "z"
    output %y
    output %z)",
                 R"(
    input %x: float32[2]
    %y = Relu(%x) "a"
    %z = Sigmoid(%y) "z"
    output %y
    output %z)");
}

TEST(EliminateIdentity, KeepsWhatHasTwoNames) {
  expect_unchanged(eliminate_identity, R"(
    input %x: float32[2]
    %y = Identity(%x) "y"
    %a = Relu(%x) "a"
    %b = Identity(%a) "b"
    output %y
    output %a
    output %b)");
}

TEST(EliminateIdentity, KeepsWhatChangesSomething) {
  for (const char* kept : {"Transpose(%x) {perm=[1,0]}", "Slice(%x, %start, %last, %first, %back)", "Sub(%one, %x)",
                           "Add(%x, %one)", "Pad(%x, %shift)", "Add(%x, %many)", "Cast(%x) {to=7}"}) {
    SCOPED_TRACE(kept);
    graph::Graph graph = parsed(std::string(R"(
    input %in: float32[2,2]
    %x = Relu(%in) "x"
    const %first: int64[1] = [0]
    const %last: int64[1] = [-9]
    const %back: int64[1] = [-1]
    const %start: int64[1] = [1]
    const %one: float32[] = [1]
    const %many: float32[1,1,1] = [0]
    const %shift: int64[4] = [-1, 0, 1, 0]
    %y = )") + kept +
                                R"( "y"
    output %y)");
    ASSERT_TRUE(eliminate_identity(graph));
    EXPECT_EQ(graph.node_count(), 2u);
  }
}

TEST(EliminateCommonSubexpressions, KeepsTheFirst) {
  expect_rewrite(eliminate_common_subexpressions, R"(
    input %x: float32[2]
    const %c: float32[1] = [2]
    const %d: float32[1] = [2]
    %a = Mul(%x, %c) "a"
    %b = Mul(%x, %d) "b"
    %y = Add(%a, %b) "y"
    output %y)",
                 R"(
    input %x: float32[2]
    const %c: float32[1] = [2]
    %a = Mul(%x, %c) "a"
    %y = Add(%a, %a) "y"
    output %y)");
}

TEST(EliminateCommonSubexpressions, KeepsOutputsAndOtherAttributes) {
  expect_unchanged(eliminate_common_subexpressions, R"(
    input %x: float32[2,2]
    %a = LeakyRelu(%x) {alpha=0.1} "a"
    %b = LeakyRelu(%x) {alpha=0.2} "b"
    %c = LeakyRelu(%x) {alpha=0.1} "c"
    output %a
    output %b
    output %c)");
}

TEST(FoldConstants, FoldsTheChainBeforeAResize) {
  graph::Graph graph = *graph::parse_text(wrapped(R"(
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
    output %y)"));
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
  graph::Graph graph = *graph::parse_text(wrapped(R"(
    input %x: float32[2,3]
    %shape = Shape(%x) "shape"
    %y = Reshape(%x, %shape) "y"
    output %shape
    output %y)"));
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

TEST(MergeTransposes, ComposesThem) {
  expect_rewrite(merge_transposes, R"(
    input %x: float32[1,2,3,4]
    %a = Transpose(%x) {perm=[0,2,3,1]} "a"
    %y = Transpose(%a) {perm=[0,2,1,3]} "b"
    output %y)",
                 R"(
    input %x: float32[1,2,3,4]
    %y = Transpose(%x) {perm=[0,3,2,1]} "b"
    output %y)");
}

TEST(NormalizeAutoPad, WritesThePads) {
  expect_rewrite(normalize_auto_pad, R"(
    input %x: float32[1,1,5,4]
    const %w: float32[1,1,3,2] = splat(1)
    %a = Conv(%x, %w) {auto_pad="SAME_UPPER", strides=[2,1]} "conv"
    %b = MaxPool(%a) {auto_pad="SAME_LOWER", kernel_shape=[2,2]} "pool"
    %y = AveragePool(%b) {auto_pad="VALID", kernel_shape=[2,2]} "mean"
    output %y)",
                 R"(
    input %x: float32[1,1,5,4]
    const %w: float32[1,1,3,2] = splat(1)
    %a = Conv(%x, %w) {pads=[1,0,1,1], strides=[2,1]} "conv"
    %b = MaxPool(%a) {pads=[1,1,0,0], kernel_shape=[2,2]} "pool"
    %y = AveragePool(%b) {pads=[0,0,0,0], kernel_shape=[2,2]} "mean"
    output %y)");
}

TEST(NormalizeResize, GoesBySizes) {
  expect_rewrite(normalize_resize, R"(
    input %x: float32[1,2,4,6]
    const %scales: float32[4] = [1, 1, 2, 0.5]
    %y = Resize(%x, _, %scales) {mode="linear"} "up"
    output %y)",
                 R"(
    input %x: float32[1,2,4,6]
    const %up.sizes: int64[4] = [1, 2, 8, 3]
    %y = Resize(%x, _, _, %up.sizes) {mode="linear"} "up"
    output %y)");
}

TEST(NormalizeResize, KeepsScalesThatDoNotDivide) {
  expect_unchanged(normalize_resize, R"(
    input %x: float32[1,2,4,6]
    const %scales: float32[4] = [1, 1, 1.3, 1]
    %y = Resize(%x, _, %scales) {mode="linear"} "up"
    output %y)");
}

TEST(FusePadIntoConv, AddsThePads) {
  expect_rewrite(fuse_pad_into_conv, R"(
    input %x: float32[1,1,5,5]
    const %w: float32[1,1,3,3] = splat(1)
    const %pads: int64[8] = [0, 0, 1, 2, 0, 0, 3, 4]
    const %zero: float32[] = [0]
    %p = Pad(%x, %pads, %zero) "pad"
    %y = Conv(%p, %w) {pads=[1,1,1,1]} "conv"
    output %y)",
                 R"(
    input %x: float32[1,1,5,5]
    const %w: float32[1,1,3,3] = splat(1)
    %y = Conv(%x, %w) {pads=[2,3,4,5]} "conv"
    output %y)");
}

TEST(FusePadIntoConv, LeavesOtherPads) {
  for (const char* pad :
       {"Pad(%x, %pads, %one)", "Pad(%x, %pads) {mode=\"reflect\"}", "Pad(%x, %cut)", "Pad(%x, %channels)"}) {
    SCOPED_TRACE(pad);
    graph::Graph graph = parsed(std::string(R"(
    input %x: float32[1,1,5,5]
    const %w: float32[1,1,3,3] = splat(1)
    const %v: float32[1,2,3,3] = splat(1)
    const %pads: int64[8] = [0, 0, 1, 1, 0, 0, 1, 1]
    const %cut: int64[8] = [0, 0, -1, 1, 0, 0, 1, 1]
    const %channels: int64[8] = [0, 1, 0, 0, 0, 0, 0, 0]
    const %one: float32[] = [1]
    %p = )") + pad + R"( "pad"
    %y = Conv(%p, )" + (std::string_view(pad).find("channels") != std::string_view::npos ? "%v" : "%w") +
                                R"() "conv"
    output %y)");
    ASSERT_TRUE(fuse_pad_into_conv(graph));
    EXPECT_EQ(graph.node_count(), 2u);
  }
}

TEST(FuseHardSigmoid, FindsBothForms) {
  for (const char* last : {"Div(%b, %six)", "Mul(%b, %sixth)", "Mul(%sixth, %b)"}) {
    SCOPED_TRACE(last);
    expect_rewrite(fuse_hard_sigmoid, std::string(R"(
    input %x: float32[1,2]
    const %zero: float32[] = [0]
    const %three: float32[] = [3]
    const %six: float32[] = [6]
    const %sixth: float32[] = [0.16666667]
    %a = Add(%three, %x) "a"
    %b = Clip(%a, %zero, %six) "b"
    %y = )") + last + R"( "y"
    output %y)",
                   R"(
    input %x: float32[1,2]
    %y = HardSigmoid(%x) {alpha=0.16666667, beta=0.5} "y"
    output %y)");
  }
}

TEST(FuseHardSwish, FindsEveryForm) {
  for (const char* last :
       {"%m = Mul(%x, %b) \"m\"\n %y = Div(%m, %six) \"y\"", "%m = Mul(%b, %x) \"m\"\n %y = Mul(%m, %sixth) \"y\"",
        "%m = HardSigmoid(%x) {alpha=0.16666667} \"m\"\n %y = Mul(%x, %m) \"y\"",
        "%m = HardSigmoid(%x) {alpha=0.16666667, beta=0.5} \"m\"\n %y = Mul(%m, %x) \"y\""}) {
    SCOPED_TRACE(last);
    expect_rewrite(fuse_hard_swish, std::string(R"(
    input %x: float32[1,2]
    const %zero: float32[] = [0]
    const %three: float32[] = [3]
    const %six: float32[] = [6]
    const %sixth: float32[] = [0.16666667]
    %a = Add(%x, %three) "a"
    %b = Clip(%a, %zero, %six) "b"
    )") + last + R"(
    output %y)",
                   R"(
    input %x: float32[1,2]
    %y = HardSwish(%x) "y"
    output %y)");
  }
}

TEST(FuseHardSwish, LeavesOtherGates) {
  expect_unchanged(fuse_hard_swish, R"(
    input %x: float32[1,2]
    input %z: float32[1,2]
    %g = HardSigmoid(%x) {alpha=0.16666667, beta=0.5} "g"
    %y = Mul(%z, %g) "y"
    %h = HardSigmoid(%x) {alpha=0.2, beta=0.5} "h"
    %v = Mul(%x, %h) "v"
    output %y
    output %v)");
}

TEST(FuseResidualAdd, TakesTheOtherOperand) {
  expect_rewrite(fuse_residual_add, R"(
    input %x: float32[1,1,2,2]
    const %w: float32[1,1,1,1] = [3]
    %c = Conv(%x, %w) "conv"
    %y = Add(%x, %c) "add"
    output %y)",
                 R"(
    input %x: float32[1,1,2,2]
    const %w: float32[1,1,1,1] = [3]
    %y = FusedConv(%x, %w, _, %x) "conv"
    output %y)");
}

TEST(FuseResidualAdd, LeavesSharedOnesBroadcastsAndDoubles) {
  for (const char* body : {"%c = Conv(%x, %w) \"c\"\n %y = Add(%x, %c) \"y\"\n output %y\n output %c",
                           "%c = Conv(%x, %w) \"c\"\n %y = Add(%c, %c) \"y\"\n output %y",
                           "%c = Conv(%x, %w) \"c\"\n %y = Add(%c, %row) \"y\"\n output %y"}) {
    SCOPED_TRACE(body);
    expect_unchanged(fuse_residual_add, std::string(R"(
    input %x: float32[1,1,2,2]
    input %row: float32[1,1,1,2]
    const %w: float32[1,1,1,1] = [3]
    )") + body);
  }
}

TEST(FuseActivation, WritesEachActivation) {
  const std::pair<const char*, const char*> pairs[] = {
      {"Relu(%c)", "{activation=\"relu\"}"},
      {"HardSwish(%c)", "{activation=\"hardswish\"}"},
      {"Sigmoid(%c)", "{activation=\"sigmoid\"}"},
      {"LeakyRelu(%c)", "{activation=\"leakyrelu\", activation_alpha=0.01}"},
      {"HardSigmoid(%c) {alpha=0.25}", "{activation=\"hardsigmoid\", activation_alpha=0.25, activation_beta=0.5}"},
      {"Clip(%c, %lo, %hi)", "{activation=\"clip\", activation_alpha=-1.0, activation_beta=6.0}"}};
  for (const auto& [activation, attributes] : pairs) {
    SCOPED_TRACE(activation);
    expect_rewrite(fuse_activation, std::string(R"(
    input %x: float32[1,1,2,2]
    const %w: float32[1,1,1,1] = [3]
    const %lo: float32[] = [-1]
    const %hi: float32[] = [6]
    %c = Conv(%x, %w) "conv"
    %y = )") + activation + R"( "act"
    output %y)",
                   std::string(R"(
    input %x: float32[1,1,2,2]
    const %w: float32[1,1,1,1] = [3]
    %y = FusedConv(%x, %w) )") +
                       attributes + R"( "conv"
    output %y)");
  }
}

TEST(FuseActivation, FollowsAResidualOnce) {
  expect_rewrite(fuse_activation, R"(
    input %x: float32[1,1,2,2]
    const %w: float32[1,1,1,1] = [3]
    %c = FusedConv(%x, %w, _, %x) "conv"
    %r = Relu(%c) "relu"
    %y = Sigmoid(%r) "sigmoid"
    output %y)",
                 R"(
    input %x: float32[1,1,2,2]
    const %w: float32[1,1,1,1] = [3]
    %r = FusedConv(%x, %w, _, %x) {activation="relu"} "conv"
    %y = Sigmoid(%r) "sigmoid"
    output %y)");
}

}  // namespace
}  // namespace diolkos::passes
