// What is taken away: nodes that nobody needs, that change nothing, that are there twice, or could be one.
#include <string>

#include "passes/eliminate_common_subexpressions.h"
#include "passes/eliminate_dead_code.h"
#include "passes/eliminate_identity.h"
#include "passes/merge_transposes.h"
#include "passes/test_rewrite.h"

namespace diolkos::passes {
namespace {

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

}  // namespace
}  // namespace diolkos::passes
