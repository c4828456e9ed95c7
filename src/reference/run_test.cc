#include "reference/test_evaluate.h"

namespace diolkos::reference {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Run, FollowsShapesThatTheGraphComputes) {
  // What PyTorch's exporter leaves before a Resize: sizes from another tensor's shape.
  const Tensor y = output_of(
      "input %x: float32[1,1,2,?]\n const %low: float32[1,1,1,1] = [3]\n const %two: int64[1] = [2]\n const %end: "
      "int64[1] = [4]\n"
      "%s = Shape(%x)\n %hw = Slice(%s, %two, %end)\n %nc = Shape(%low) {end=2}\n %size = Concat(%nc, %hw) {axis=0}\n"
      "%y = Resize(%low, _, _, %size)\n output %y",
      {Tensor::of<float>(Shape{1, 1, 2, 3}, {0, 0, 0, 0, 0, 0})});
  EXPECT_EQ(y.shape(), (Shape{1, 1, 2, 3}));
  EXPECT_EQ(y.as<float>()[5], 3.0f);
}

TEST(Run, ChecksItsInputs) {
  const std::string graph = "input %x: float32[1,?]\n %y = Relu(%x)\n output %y";
  EXPECT_THAT(error_of(graph), HasSubstr("0 inputs given, the graph has 1"));
  EXPECT_THAT(error_of(graph, {Tensor::of<float>(Shape{2, 1}, {1, 2})}),
              HasSubstr("input 'x' is float32 2x1, expected float32 1x?"));
  EXPECT_THAT(error_of(graph, {Tensor::of<std::int64_t>(Shape{1, 1}, {1})}), HasSubstr("input 'x' is int64 1x1"));
  EXPECT_THAT(elements<float>(output_of(graph, {Tensor::of<float>(Shape{1, 2}, {-1, 2})})), ElementsAre(0, 2));
}

TEST(Run, GivesInputsAndConstantsThrough) {
  const auto both = outputs_of("input %x: float32[1]\n const %c: float32[1] = [5]\n output %c\n output %x",
                               {Tensor::of<float>(Shape{1}, {4})});
  EXPECT_EQ(both[0].as<float>()[0], 5.0f);
  EXPECT_EQ(both[1].as<float>()[0], 4.0f);
}

TEST(Run, LeavesTheGraphAsItWas) {
  const graph::Graph graph = graph_of("input %x: float32[1]\n %y = Relu(%x)\n output %y");
  ASSERT_TRUE(run(graph, std::vector<Tensor>{Tensor::of<float>(Shape{1}, {4})}).has_value());
  EXPECT_EQ(graph.value(graph.find_value("y")).type.dtype, DType::undefined);
  EXPECT_EQ(graph.inputs().size(), 1u);
}

TEST(Evaluate, SaysWhichTypeItDoesNotTake) {
  EXPECT_THAT(error_of("const %x: int32[1] = [1]\n %y = Sigmoid(%x) \"s\"\n output %y"),
              HasSubstr("node 's' (Sigmoid): not evaluated for int32"));
  EXPECT_THAT(error_of("const %x: float32[1] = [1]\n const %r: float32[] = [0.5]\n const %t: bool[] = [true]\n %y = "
                       "Dropout(%x, %r, %t)\n output %y"),
              HasSubstr("training_mode"));
}

TEST(Evaluate, DropoutMasksNothing) {
  const auto both = outputs_of("const %x: float32[2] = [1,2]\n %y, %m = Dropout(%x)\n output %y\n output %m");
  EXPECT_THAT(elements<float>(both[0]), ElementsAre(1, 2));
  EXPECT_THAT(elements<bool>(both[1]), ElementsAre(true, true));
}

TEST(Evaluate, MatrixProductsFollowNumPy) {
  EXPECT_THAT(elements<float>(output_of("const %a: float32[2,1,2] = [1,2,3,4]\n const %b: float32[2,2] = [1,0,0,10]\n "
                                        "%y = MatMul(%a, %b)\n output %y")),
              ElementsAre(1, 20, 3, 40));
  EXPECT_THAT(elements<std::int32_t>(output_of(
                  "const %a: int32[2] = [1,2]\n const %b: int32[2] = [3,4]\n %y = MatMul(%a, %b)\n output %y")),
              ElementsAre(11));
  EXPECT_THAT(elements<float>(output_of(
                  "const %a: float32[2,1] = [1,2]\n const %b: float32[1,2] = [3,4]\n const %c: float32[1] = [1]\n"
                  "%y = Gemm(%a, %b, %c) {transA=1, transB=1, alpha=2.0, beta=0.5}\n output %y")),
              ElementsAre(22.5f));
}

}  // namespace
}  // namespace diolkos::reference
