// What becomes a part of the operator before or of one of its own.
#include <string>

#include "passes/fuse_activation.h"
#include "passes/fuse_hard_sigmoid.h"
#include "passes/fuse_hard_swish.h"
#include "passes/fuse_residual_add.h"
#include "passes/test_rewrite.h"

namespace diolkos::passes {
namespace {

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
