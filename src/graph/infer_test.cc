#include "graph/infer.h"

#include <gmock/gmock.h>

#include "graph/test_graph.h"

namespace diolkos::graph {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

TEST(InferConv, FollowsStridesPadsDilationsAndGroups) {
  const auto conv = [](std::string_view attributes, std::string_view weight = "8,3,3,3") {
    return inferred("input %x: float32[2,3,11,13]\n const %w: float32[" + std::string(weight) +
                    "] = splat(0)\n %y = Conv(%x, %w) {" + std::string(attributes) + "} \"c\"");
  };
  EXPECT_EQ(conv(""), "float32 2x8x9x11");
  EXPECT_EQ(conv("pads=[1,1,1,1], strides=[2,2]"), "float32 2x8x6x7");
  EXPECT_EQ(conv("pads=[0,1,2,3], dilations=[2,1]"), "float32 2x8x9x15");
  EXPECT_EQ(conv("auto_pad=\"SAME_UPPER\", strides=[2,3]"), "float32 2x8x6x5");
  EXPECT_EQ(conv("auto_pad=\"VALID\", pads=[5,5,5,5]"), "float32 2x8x9x11");
  EXPECT_EQ(conv("group=3", "6,1,3,3"), "float32 2x6x9x11");
}

TEST(InferConv, SaysWhatDoesNotFit) {
  const auto conv = [](std::string_view weight, std::string_view attributes) {
    return inferred("input %x: float32[1,3,8,8]\n const %w: float32[" + std::string(weight) +
                    "] = splat(0)\n const %b: float32[5] = splat(0)\n %y = Conv(%x, %w, %b) {" +
                    std::string(attributes) + "} \"stem\"");
  };
  EXPECT_THAT(conv("5,4,3,3", ""),
              AllOf(StartsWith("node 'stem' (Conv): "), HasSubstr("weight has 4 input channels, input has 3")));
  EXPECT_THAT(conv("5,1,3,3", "group=2"), HasSubstr("input has 3 in 2 groups"));
  EXPECT_THAT(conv("4,1,3,3", "group=3"), HasSubstr("4 output channels do not divide into 3 groups"));
  EXPECT_THAT(conv("5,3,3", ""), HasSubstr("has rank 3"));
  EXPECT_THAT(conv("5,3,9,9", ""), HasSubstr("is larger than the input of 8"));
  EXPECT_THAT(conv("5,3,3,3", "kernel_shape=[5,5]"), HasSubstr("kernel_shape says 5"));
  EXPECT_THAT(conv("5,3,3,3", "strides=[0,1]"), HasSubstr("strides holds 0"));
  EXPECT_THAT(conv("5,3,3,3", "pads=[1,1]"), HasSubstr("pads has 2 entries, expected 4"));
  EXPECT_THAT(conv("5,3,3,3", "dilations=[9223372036854775807,1]"), HasSubstr("dilations holds"));
  EXPECT_THAT(conv("5,3,3,3", "auto_pad=\"SAME\""), HasSubstr("auto_pad is 'SAME'"));
  EXPECT_THAT(conv("4,3,3,3", ""), HasSubstr("bias is 5, expected 4"));
  EXPECT_THAT(conv("5,3,0,3", ""), HasSubstr("kernel_shape says 0"));
}

TEST(InferConv, HoldsForOneAndThreeSpatialAxes) {
  EXPECT_EQ(
      inferred("input %x: float32[1,2,9]\n const %w: float32[4,2,3] = splat(0)\n %y = Conv(%x, %w) {strides=[2]}"),
      "float32 1x4x4");
  EXPECT_EQ(inferred("input %x: float32[1,2,5,6,7]\n const %w: float32[4,2,1,2,3] = splat(0)\n %y = Conv(%x, %w)"),
            "float32 1x4x5x5x5");
}

TEST(InferConv, ChecksWhatIsFused) {
  const auto fused = [](std::string_view residual, std::string_view attributes) {
    return inferred("input %x: float32[1,3,8,8]\n input %r: float32[" + std::string(residual) +
                    "]\n const %w: float32[5,3,1,1] = splat(0)\n %y = FusedConv(%x, %w, _, %r) {" +
                    std::string(attributes) + "}");
  };
  EXPECT_EQ(fused("1,5,8,8", "activation=\"relu\""), "float32 1x5x8x8");
  EXPECT_THAT(fused("1,5,1,1", ""), HasSubstr("residual is 1x5x1x1, expected the output's 1x5x8x8"));
  EXPECT_THAT(fused("1,5,8,8", "activation=\"softplus\""), HasSubstr("activation is 'softplus'"));
}

TEST(InferConvTranspose, FollowsPaddingAndWantedShape) {
  const auto up = [](std::string_view attributes) {
    return inferred(
        "input %x: float32[1,4,5,5]\n const %w: float32[4,3,3,3] = splat(0)\n"
        "%y = ConvTranspose(%x, %w) {strides=[2,2], " +
        std::string(attributes) + "}");
  };
  EXPECT_EQ(up("pads=[1,1,1,1]"), "float32 1x3x9x9");
  EXPECT_EQ(up("pads=[1,1,1,1], output_padding=[1,1]"), "float32 1x3x10x10");
  EXPECT_EQ(up("output_shape=[10,11]"), "float32 1x3x10x11");
  EXPECT_EQ(up("auto_pad=\"SAME_UPPER\""), "float32 1x3x10x10");
  EXPECT_EQ(up("group=2"), "float32 1x6x11x11");
  EXPECT_THAT(up("pads=[6,6,6,6]"), HasSubstr("gives an output of -1"));
}

TEST(InferPool, RoundsUpOnlyWhereTheWindowStartsInside) {
  const auto pool = [](std::int64_t extent, std::string_view attributes) {
    return inferred("input %x: float32[1,2," + std::to_string(extent) + "]\n %y = MaxPool(%x) {" +
                    std::string(attributes) + "}");
  };
  EXPECT_EQ(pool(7, "kernel_shape=[2], strides=[2]"), "float32 1x2x3");
  EXPECT_EQ(pool(7, "kernel_shape=[2], strides=[2], ceil_mode=1"), "float32 1x2x4");
  // The fourth window would start at 6, the pad behind an input of 6.
  EXPECT_EQ(pool(6, "kernel_shape=[1], strides=[2], ceil_mode=1"), "float32 1x2x3");
  EXPECT_EQ(pool(2, "kernel_shape=[3], strides=[3], pads=[1,1], ceil_mode=1"), "float32 1x2x1");
  EXPECT_EQ(pool(5, "kernel_shape=[3], dilations=[2]"), "float32 1x2x1");
  EXPECT_THAT(pool(5, "kernel_shape=[2], pads=[2,0]"), HasSubstr("leave a window of 2 without input"));
  EXPECT_THAT(pool(5, ""), HasSubstr("kernel_shape is missing"));
}

TEST(InferBroadcast, MatchesFromTheLastAxis) {
  const auto add = [](std::string_view a, std::string_view b) {
    return inferred("input %a: float32[" + std::string(a) + "]\n input %b: float32[" + std::string(b) +
                    "]\n %y = Add(%a, %b)");
  };
  EXPECT_EQ(add("2,3,4", "3,1"), "float32 2x3x4");
  EXPECT_EQ(add("", "5"), "float32 5");
  EXPECT_EQ(add("3,1", "1,4"), "float32 3x4");
  EXPECT_EQ(add("0,4", "1,4"), "float32 0x4");
  EXPECT_THAT(add("2,3", "2"), HasSubstr("inputs of 2x3 and 2 do not broadcast"));
  EXPECT_THAT(inferred("input %a: float32[2]\n input %b: int64[2]\n %y = Add(%a, %b)"), HasSubstr("cast one of them"));
  EXPECT_THAT(inferred("input %c: float32[2]\n %y = Where(%c, %c, %c)"), HasSubstr("condition is float32"));
}

TEST(InferMatrix, FollowsNumPy) {
  const auto product = [](std::string_view a, std::string_view b) {
    return inferred("input %a: float32[" + std::string(a) + "]\n input %b: float32[" + std::string(b) +
                    "]\n %y = MatMul(%a, %b)");
  };
  EXPECT_EQ(product("2,3", "3,4"), "float32 2x4");
  EXPECT_EQ(product("5,1,2,3", "6,3,4"), "float32 5x6x2x4");
  EXPECT_EQ(product("3", "3"), "float32 scalar");
  EXPECT_EQ(product("3", "2,3,4"), "float32 2x4");
  EXPECT_EQ(product("2,4,3", "3"), "float32 2x4");
  EXPECT_THAT(product("2,3", "4,3"), HasSubstr("inner extents differ"));
  EXPECT_THAT(product("", "4,3"), HasSubstr("scalar"));
  EXPECT_EQ(inferred("input %a: float32[3,2]\n input %b: float32[4,3]\n %y = Gemm(%a, %b) {transA=1, transB=1}"),
            "float32 2x4");
  EXPECT_THAT(
      inferred("input %a: float32[2,3]\n input %b: float32[3,4]\n input %c: float32[5]\n %y = Gemm(%a, %b, %c)"),
      HasSubstr("C is 5"));
}

TEST(InferReshape, CopiesAndSolves) {
  const auto reshape = [](std::string_view shape, std::string_view attributes = "") {
    return inferred("input %x: float32[2,3,4]\n const %s: int64[" +
                    std::to_string(shape.empty() ? 0 : 1 + std::count(shape.begin(), shape.end(), ',')) + "] = [" +
                    std::string(shape) + "]\n %y = Reshape(%x, %s) {" + std::string(attributes) + "}");
  };
  EXPECT_EQ(reshape("0,-1"), "float32 2x12");
  EXPECT_EQ(reshape("4,6"), "float32 4x6");
  EXPECT_EQ(reshape("-1"), "float32 24");
  EXPECT_THAT(reshape("-1,-1"), HasSubstr("holds -1 twice"));
  EXPECT_THAT(reshape("5,-1"), HasSubstr("cannot become [5,-1]"));
  EXPECT_THAT(reshape("2,3,4,0"), HasSubstr("copies an axis"));
  EXPECT_THAT(reshape("0,12", "allowzero=1"), HasSubstr("cannot become"));
  EXPECT_THAT(reshape("-2,12"), HasSubstr("is not a shape"));
  EXPECT_THAT(reshape("4611686018427387904,4611686018427387904"), HasSubstr("cannot become"));
  EXPECT_THAT(reshape("1,1,1,1,1,1,1,1,24"), HasSubstr("up to 8 axes"));
  EXPECT_THAT(reshape(""), HasSubstr("cannot become []"));
}

TEST(InferReshape, NeedsItsShapeToBeConstant) {
  const std::string message = inferred("input %x: float32[2]\n input %s: int64[1]\n %y = Reshape(%x, %s)");
  EXPECT_THAT(message, AllOf(HasSubstr("shape decides a shape and must be constant"), HasSubstr("'s' is computed")));
}

TEST(InferAxes, CountFromTheEndAndOnceEach) {
  EXPECT_EQ(inferred("input %x: float32[1,3,1]\n %y = Squeeze(%x)"), "float32 3");
  EXPECT_EQ(inferred("input %x: float32[1,3,1]\n const %a: int64[1] = [-1]\n %y = Squeeze(%x, %a)"), "float32 1x3");
  EXPECT_THAT(inferred("input %x: float32[1,3]\n const %a: int64[1] = [1]\n %y = Squeeze(%x, %a)"),
              HasSubstr("axis 1 of 1x3 is not 1"));
  EXPECT_EQ(inferred("input %x: float32[3]\n const %a: int64[2] = [-1,0]\n %y = Unsqueeze(%x, %a)"), "float32 1x3x1");
  EXPECT_THAT(inferred("input %x: float32[3]\n const %a: int64[2] = [0,-3]\n %y = Unsqueeze(%x, %a)"),
              HasSubstr("twice"));
  EXPECT_EQ(inferred("input %x: float32[2,3,4]\n %y = Flatten(%x) {axis=-1}"), "float32 6x4");
  EXPECT_EQ(inferred("input %x: float32[2,3,4]\n %y = Flatten(%x) {axis=3}"), "float32 24x1");
  EXPECT_THAT(inferred("input %x: float32[2]\n %y = Softmax(%x) {axis=1}"), HasSubstr("axis 1 is outside a rank of 1"));
  EXPECT_EQ(inferred("input %x: float32[2,3,4]\n %y = ReduceMean(%x) {keepdims=0}"), "float32 scalar");
  EXPECT_EQ(inferred("input %x: float32[2,3,4]\n const %a: int64[1] = [-2]\n %y = ReduceSum(%x, %a)"), "float32 2x1x4");
  EXPECT_EQ(inferred("input %x: float32[2,3]\n %y = ReduceMax(%x) {noop_with_empty_axes=1}"), "float32 2x3");
  EXPECT_EQ(inferred("input %x: float32[2,3]\n %y = ArgMax(%x) {axis=-1, keepdims=0}"), "int64 2");
  EXPECT_THAT(inferred("input %x: float32[2,0]\n %y = ArgMax(%x) {axis=1}"), HasSubstr("is empty"));
}

TEST(InferMovement, FollowsTheIndices) {
  EXPECT_EQ(inferred("input %x: float32[2,3,4]\n %y = Transpose(%x)"), "float32 4x3x2");
  EXPECT_THAT(inferred("input %x: float32[2,3]\n %y = Transpose(%x) {perm=[0,0]}"), HasSubstr("no permutation"));
  EXPECT_EQ(inferred("input %a: float32[2,3]\n input %b: float32[2,5]\n %y = Concat(%a, %b) {axis=-1}"), "float32 2x8");
  EXPECT_THAT(inferred("input %a: float32[2,3]\n input %b: float32[3,5]\n %y = Concat(%a, %b) {axis=1}"),
              HasSubstr("does not join"));
  EXPECT_EQ(inferred("input %x: float32[7]\n %a, %y = Split(%x) {num_outputs=2}"), "float32 3");
  EXPECT_THAT(inferred("input %x: float32[7]\n %a, %y = Split(%x)"), HasSubstr("into 2 equal parts"));
  EXPECT_THAT(inferred("input %x: float32[7]\n const %s: int64[2] = [3,3]\n %a, %y = Split(%x, %s)"),
              HasSubstr("leave 1"));
  EXPECT_EQ(inferred("input %x: float32[5,6]\n const %i: int64[2,2] = splat(0)\n %y = Gather(%x, %i) {axis=1}"),
            "float32 5x2x2");
  EXPECT_EQ(inferred("input %x: float32[3,1]\n const %s: int64[3] = [2,1,6]\n %y = Expand(%x, %s)"), "float32 2x3x6");
  EXPECT_EQ(inferred("input %x: float32[2,3]\n const %r: int64[2] = [2,0]\n %y = Tile(%x, %r)"), "float32 4x0");
  EXPECT_THAT(inferred("input %x: float32[2]\n const %r: int64[1] = [9223372036854775807]\n %y = Tile(%x, %r)"),
              HasSubstr("cannot be repeated"));
  EXPECT_EQ(inferred("input %x: float32[2,3]\n const %p: int64[2] = [1,-2]\n const %v: float32[] = [0]\n const %a: "
                     "int64[1] = [-1]\n"
                     "%y = Pad(%x, %p, %v, %a)"),
            "float32 2x2");
  EXPECT_THAT(inferred("input %x: float32[2]\n const %p: int64[2] = [-2,-2]\n %y = Pad(%x, %p)"),
              HasSubstr("cut more than"));
}

TEST(InferSlice, ClampsByOnnxsRule) {
  const auto slice = [](std::string_view starts, std::string_view ends, std::string_view steps) {
    return inferred("input %x: float32[10]\n const %s: int64[1] = [" + std::string(starts) +
                    "]\n const %e: int64[1] = [" + std::string(ends) + "]\n const %t: int64[1] = [" +
                    std::string(steps) + "]\n %y = Slice(%x, %s, %e, _, %t)");
  };
  EXPECT_EQ(slice("2", "8", "3"), "float32 2");
  EXPECT_EQ(slice("-3", "100", "1"), "float32 3");
  EXPECT_EQ(slice("8", "2", "1"), "float32 0");
  EXPECT_EQ(slice("9", "-11", "-1"), "float32 10");
  EXPECT_EQ(slice("100", "-100", "-4"), "float32 3");
  EXPECT_EQ(slice("-50", "-100", "-1"), "float32 1") << "NumPy would give none";
  EXPECT_EQ(slice("9223372036854775807", "-9223372036854775808", "-9223372036854775808"), "float32 1");
  EXPECT_EQ(slice("-9223372036854775808", "9223372036854775807", "9223372036854775807"), "float32 1");
  EXPECT_THAT(slice("0", "1", "0"), HasSubstr("steps holds 0"));
}

TEST(InferShape, GivesNumbers) {
  EXPECT_EQ(inferred("input %x: float32[2,3,4]\n %y = Shape(%x) {start=-2}"), "int64 2");
  EXPECT_EQ(inferred("input %x: float32[2,3,4]\n %y = Shape(%x) {start=2, end=1}"), "int64 0");
  EXPECT_EQ(inferred("input %x: float32[2,3,4]\n %y = Size(%x)"), "int64 scalar");
  EXPECT_EQ(inferred("const %s: int64[2] = [2,3]\n %y = ConstantOfShape(%s) {value=tensor(int32[1], [7])}"),
            "int32 2x3");
  EXPECT_THAT(inferred("const %s: int64[2] = [2,-1]\n %y = ConstantOfShape(%s)"), HasSubstr("is not a shape"));
  EXPECT_EQ(inferred("%y = Constant() {value_ints=[1,2,3]}"), "int64 3");
  EXPECT_THAT(inferred("%y = Constant()"), HasSubstr("none of value"));
  const auto range = [](std::string_view dtype, std::string_view a, std::string_view b, std::string_view c) {
    const auto number = [&](std::string_view name, std::string_view value) {
      return "const %" + std::string(name) + ": " + std::string(dtype) + "[] = [" + std::string(value) + "]\n";
    };
    return inferred(number("a", a) + number("b", b) + number("c", c) + "%y = Range(%a, %b, %c)");
  };
  EXPECT_EQ(range("int64", "10", "0", "-3"), "int64 4");
  EXPECT_EQ(range("int64", "0", "10", "-3"), "int64 0");
  EXPECT_EQ(range("float32", "0", "1", "0.3"), "float32 4");
  EXPECT_THAT(range("int64", "0", "10", "0"), HasSubstr("delta is 0"));
  EXPECT_THAT(range("int64", "-9223372036854775808", "9223372036854775807", "1"), HasSubstr("too large"));
  EXPECT_THAT(range("float32", "0", "inf", "1"), HasSubstr("too large"));
  EXPECT_THAT(range("float32", "0", "nan", "1"), HasSubstr("delta is"));
}

TEST(InferResize, FollowsScalesSizesAndPolicies) {
  const auto resize = [](std::string_view scales, std::string_view sizes, std::string_view attributes) {
    const auto list = [](std::string_view name, std::string_view type, std::string_view values) {
      if (values.empty()) return std::string();
      return "const %" + std::string(name) + ": " + std::string(type) + "[" +
             std::to_string(1 + std::count(values.begin(), values.end(), ',')) + "] = [" + std::string(values) + "]\n";
    };
    return inferred("input %x: float32[1,3,10,20]\n" + list("scales", "float32", scales) +
                    list("sizes", "int64", sizes) + "%y = Resize(%x, _, " + (scales.empty() ? "_" : "%scales") +
                    (sizes.empty() ? "" : ", %sizes") + ") {" + std::string(attributes) + "}");
  };
  EXPECT_EQ(resize("1,1,0.7,2.5", "", ""), "float32 1x3x7x50");
  EXPECT_EQ(resize("", "1,3,33,44", "mode=\"linear\""), "float32 1x3x33x44");
  EXPECT_EQ(resize("", "44,33", "axes=[-1,2]"), "float32 1x3x33x44");
  EXPECT_EQ(resize("", "8,8", "axes=[2,3], keep_aspect_ratio_policy=\"not_larger\""), "float32 1x3x4x8");
  EXPECT_EQ(resize("", "8,8", "axes=[2,3], keep_aspect_ratio_policy=\"not_smaller\""), "float32 1x3x8x16");
  EXPECT_THAT(resize("", "1,3,8,8", "keep_aspect_ratio_policy=\"fill\""), HasSubstr("'fill'"));
  EXPECT_THAT(resize("1,1,1,1", "1,3,8,8", ""), HasSubstr("both scales and sizes"));
  EXPECT_THAT(resize("", "", ""), HasSubstr("neither scales nor sizes"));
  EXPECT_THAT(resize("1,1,nan,1", "", ""), HasSubstr("expected more than 0"));
  EXPECT_THAT(resize("1,1,1e30,1", "", ""), HasSubstr("cannot be resized"));
  EXPECT_THAT(resize("1,1,0.01,1", "", ""), HasSubstr("cannot be resized"));
  EXPECT_THAT(resize("", "1,3,0,8", ""), HasSubstr("cannot be resized"));
  EXPECT_THAT(resize("1,1,2", "", ""), HasSubstr("scales has 3 entries, expected 4"));
  EXPECT_THAT(resize("1,1,2,2", "", "mode=\"bilinear\""), HasSubstr("mode is 'bilinear'"));
}

TEST(InferQuantize, ChecksScalesAndTypes) {
  EXPECT_EQ(inferred("input %x: float32[2,3]\n const %s: float32[] = [1]\n %y = QuantizeLinear(%x, %s)"), "uint8 2x3");
  EXPECT_EQ(inferred("input %x: float32[2,3]\n const %s: float32[3] = splat(1)\n const %z: int8[3] = splat(0)\n"
                     "%y = QuantizeLinear(%x, %s, %z)"),
            "int8 2x3");
  EXPECT_THAT(inferred("input %x: float32[2,3]\n const %s: float32[2] = splat(1)\n %y = QuantizeLinear(%x, %s)"),
              HasSubstr("scale is 2, expected one element or 3"));
  EXPECT_EQ(
      inferred(
          "input %x: int8[4,6]\n const %s: float32[4,2] = splat(1)\n %y = DequantizeLinear(%x, %s) {block_size=3}"),
      "float32 4x6");
  EXPECT_THAT(
      inferred(
          "input %x: int8[4,6]\n const %s: float32[4,2] = splat(1)\n %y = DequantizeLinear(%x, %s) {block_size=2}"),
      HasSubstr("in blocks of 2"));
  EXPECT_THAT(inferred("input %x: float32[2]\n const %s: float32[] = [1]\n const %z: uint8[2] = splat(0)\n"
                       "%y = QuantizeLinear(%x, %s, %z)"),
              HasSubstr("expected the same shape"));
}

TEST(InferCast, NamesTypesByOnnxNumbers) {
  EXPECT_EQ(inferred("input %x: float32[2]\n %y = Cast(%x) {to=7}"), "int64 2");
  EXPECT_EQ(inferred("input %x: float32[2]\n %y = Cast(%x) {to=16}"), "bfloat16 2");
  EXPECT_THAT(inferred("input %x: float32[2]\n %y = Cast(%x) {to=8}"), HasSubstr("to is 8"));
}

TEST(Infer, RefusesOpenAndAbsurdShapes) {
  EXPECT_THAT(inferred("input %x: float32[1,?]\n %y = Relu(%x)"),
              HasSubstr("input 0 ('x') is 1x?; give the network a fixed"));
  EXPECT_THAT(inferred("input %x\n %y = Relu(%x)"), HasSubstr("type of input 0 ('x') is not known"));
  EXPECT_THAT(inferred("input %x: float32[4611686018427387904,4]\n %y = Relu(%x)"), HasSubstr("too large"));
  EXPECT_THAT(inferred("input %x: float32[2000000,2000000]\n %y = Relu(%x)"),
              HasSubstr("an output of float32 2000000x2000000 is too large"));
  EXPECT_THAT(inferred("input %x: float32[2]\n %y = Add(%x)"), HasSubstr("input 1 is missing"));
  EXPECT_THAT(inferred("input %x: float32[2]\n %y = Relu(%x, %x)"), HasSubstr("2 inputs, expected at most 1"));
}

TEST(Infer, LeavesQuantizationAlone) {
  Graph graph = parsed("input %x: int8[2] quant([0.5], [3])\n %y: int8[2] quant([0.25], [1]) = Relu(%x)\n output %y");
  ASSERT_TRUE(infer_shapes(graph).has_value());
  EXPECT_EQ(graph.value(graph.find_value("y")).type.quantization->scales, std::vector<float>{0.25f});
}

}  // namespace
}  // namespace diolkos::graph
