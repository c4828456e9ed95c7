// What is written in one way of several.
#include <string>
#include <string_view>

#include "passes/fuse_pad_into_conv.h"
#include "passes/normalize_auto_pad.h"
#include "passes/normalize_resize.h"
#include "passes/test_rewrite.h"

namespace diolkos::passes {
namespace {

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

}  // namespace
}  // namespace diolkos::passes
