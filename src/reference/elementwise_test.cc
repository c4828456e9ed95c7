#include <cmath>
#include <limits>

#include "reference/test_evaluate.h"

namespace diolkos::reference {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr float kInf = std::numeric_limits<float>::infinity();

Tensor binary(const std::string& op, const std::string& dtype, const std::string& a, const std::string& b,
              const std::string& attributes = "") {
  const auto constant = [&](const std::string& name, const std::string& values) {
    return "const %" + name + ": " + dtype + "[" + std::to_string(1 + std::count(values.begin(), values.end(), ',')) +
           "] = [" + values + "]\n";
  };
  return output_of(constant("a", a) + constant("b", b) + "%y = " + op + "(%a, %b) {" + attributes + "}\n output %y");
}

TEST(Arithmetic, IntegersWrapAndTruncate) {
  EXPECT_THAT(elements<std::int8_t>(binary("Add", "int8", "127,-128", "1,-1")), ElementsAre(-128, 127));
  EXPECT_THAT(elements<std::int32_t>(binary("Mul", "int32", "65536,-2147483648", "65536,-1")),
              ElementsAre(0, std::numeric_limits<int>::min()));
  EXPECT_THAT(elements<std::int32_t>(binary("Div", "int32", "-7,7,-2147483648", "2,-2,-1")),
              ElementsAre(-3, -3, std::numeric_limits<int>::min()));
  EXPECT_THAT(elements<std::int64_t>(binary("Mod", "int64", "-7,7,-9223372036854775808", "3,-3,-1")),
              ElementsAre(2, -2, 0));
  EXPECT_THAT(elements<std::int64_t>(binary("Mod", "int64", "-7,7", "3,-3", "fmod=1")), ElementsAre(-1, 1));
  EXPECT_THAT(elements<std::int32_t>(binary("Pow", "int32", "2,-3,2,1,-1", "10,3,-1,-5,-3")),
              ElementsAre(1024, -27, 0, 1, -1));
  EXPECT_THAT(error_of("const %a: int32[1] = [1]\n const %b: int32[1] = [0]\n %y = Div(%a, %b)\n output %y"),
              HasSubstr("division of integers by zero"));
}

TEST(Arithmetic, NaNWinsMaxAndMin) {
  for (const char* op : {"Max", "Min"}) {
    for (float value : elements<float>(binary(op, "float32", "nan,1", "1,nan"))) EXPECT_TRUE(std::isnan(value)) << op;
  }
}

TEST(Arithmetic, BroadcastsAsIndexingWould) {
  std::mt19937 random(6);
  for (int round = 0; round < 200; ++round) {
    const int rank = std::uniform_int_distribution<int>(1, 5)(random);
    Shape shape, left, right;
    for (int i = 0; i < rank; ++i) {
      shape.push_back(std::uniform_int_distribution<int>(1, 4)(random));
      left.push_back(random() % 3 == 0 ? 1 : shape[i]);
      right.push_back(random() % 3 == 0 && left[i] == shape[i] ? 1 : shape[i]);
    }
    const Tensor a = random_tensor(left, random);
    const Tensor b = random_tensor(right, random);
    const Tensor y = output_of(
        "input %a: float32[" + dims(left) + "]\n input %b: float32[" + dims(right) + "]\n %y = Sub(%a, %b)\n output %y",
        {a, b});
    ASSERT_EQ(y.shape(), shape);
    for (std::int64_t i = 0; i < y.elements(); ++i) {
      std::int64_t rest = i, at_a = 0, at_b = 0, step_a = 1, step_b = 1;
      for (int axis = rank - 1; axis >= 0; --axis) {
        const std::int64_t index = rest % shape[axis];
        rest /= shape[axis];
        at_a += left[axis] == 1 ? 0 : index * step_a;
        at_b += right[axis] == 1 ? 0 : index * step_b;
        step_a *= left[axis];
        step_b *= right[axis];
      }
      ASSERT_EQ(y.as<float>()[static_cast<std::size_t>(i)],
                a.as<float>()[static_cast<std::size_t>(at_a)] - b.as<float>()[static_cast<std::size_t>(at_b)])
          << "round " << round;
    }
  }
}

TEST(Unary, FollowsItsFormulas) {
  const auto unary = [](const std::string& op, const std::string& values, const std::string& attributes = "") {
    return elements<float>(output_of("const %x: float32[" +
                                     std::to_string(1 + std::count(values.begin(), values.end(), ',')) + "] = [" +
                                     values + "]\n %y = " + op + "(%x) {" + attributes + "}\n output %y"));
  };
  EXPECT_THAT(unary("Round", "0.5,1.5,-2.5,2.6"), ElementsAre(0, 2, -2, 3));
  EXPECT_THAT(unary("HardSigmoid", "-3,0,1,9"), ElementsAre(0, 0.5f, testing::FloatEq(0.7f), 1));
  EXPECT_THAT(unary("HardSwish", "-4,-1,3,9"), ElementsAre(0, testing::FloatEq(-1 / 3.0f), 3, 9));
  EXPECT_THAT(unary("LeakyRelu", "-2,2", "alpha=0.5"), ElementsAre(-1, 2));
  EXPECT_THAT(unary("Elu", "-1,2"), ElementsAre(testing::FloatEq(std::exp(-1.0f) - 1), 2));
  EXPECT_THAT(unary("Swish", "0,100"), ElementsAre(0, 100));
  EXPECT_THAT(unary("Sigmoid", "-200,0,200"), ElementsAre(0, 0.5f, 1));
  EXPECT_TRUE(std::isnan(unary("Relu", "nan")[0])) << "NaN passes, as in PyTorch";
}

TEST(Unary, ClipsWithEitherBoundOrCrossedOnes) {
  const auto clip = [](const std::string& bounds) {
    return elements<std::int8_t>(output_of(
        "const %x: int8[3] = [-128,0,127]\n const %a: int8[] = [-5]\n const %b: int8[] = [5]\n %y = Clip(%x, " +
        bounds + ")\n output %y"));
  };
  EXPECT_THAT(clip("%a, %b"), ElementsAre(-5, 0, 5));
  EXPECT_THAT(clip("_, %b"), ElementsAre(-128, 0, 5));
  EXPECT_THAT(clip("%a"), ElementsAre(-5, 0, 127));
  EXPECT_THAT(clip("%b, %a"), ElementsAre(-5, -5, -5));
}

TEST(Cast, SaturatesAndTruncates) {
  const auto cast = [](const std::string& to) {
    return output_of("const %x: float32[7] = [-1.9, 1.9, 300, -1e20, 1e20, nan, inf]\n %y = Cast(%x) {to=" + to +
                     "}\n output %y");
  };
  EXPECT_THAT(elements<std::int8_t>(cast("3")), ElementsAre(-1, 1, 127, -128, 127, 0, 127));
  EXPECT_THAT(elements<std::uint8_t>(cast("2")), ElementsAre(0, 1, 255, 0, 255, 0, 255));
  EXPECT_EQ(elements<std::int64_t>(cast("7"))[4], std::numeric_limits<std::int64_t>::max());
  EXPECT_THAT(elements<bool>(cast("9")), ElementsAre(true, true, true, true, true, true, true));
  EXPECT_THAT(cast("10").as_half_bits(), ElementsAre(0xbf9a, 0x3f9a, 0x5cb0, 0xfc00, 0x7c00, 0x7e00, 0x7c00));
  EXPECT_THAT(elements<std::int8_t>(output_of("const %x: int32[2] = [200, -129]\n %y = Cast(%x) {to=3}\n output %y")),
              ElementsAre(-56, 127));
}

TEST(Cast, HalfTypesRoundTripThroughFloat) {
  Tensor x = *Tensor::zeros(DType::float16, Shape{65536});
  for (std::uint32_t i = 0; i < 65536; ++i) {
    const auto bits = static_cast<std::uint16_t>(i);
    std::memcpy(x.mutable_data() + 2 * i, &bits, 2);
  }
  const Tensor y =
      output_of("input %x: float16[65536]\n %f = Cast(%x) {to=1}\n %y = Cast(%f) {to=10}\n output %y", {x});
  for (std::uint32_t i = 0; i < 65536; ++i)
    if ((i & 0x7fff) <= 0x7c00) {
      ASSERT_EQ(y.as_half_bits()[i], i);
    }
}

TEST(Where, TakesAnySize) {
  EXPECT_THAT(elements<double>(output_of("const %c: bool[2,1] = [true, false]\n const %a: float64[2] = [1, 2]\n const "
                                         "%b: float64[] = [9]\n %y = Where(%c, %a, %b)\n output %y")),
              ElementsAre(1, 2, 9, 9));
}

TEST(Softmax, SumsToOneAlongAnyAxisAndStandsLargeNumbers) {
  std::mt19937 random(7);
  const Tensor x = random_tensor(Shape{3, 4, 5}, random);
  for (const char* axis : {"0", "1", "-1"}) {
    const Tensor sum = output_of("input %x: float32[3,4,5]\n const %a: int64[1] = [" + std::string(axis) +
                                     "]\n %s = Softmax(%x) {axis=" + axis + "}\n %y = ReduceSum(%s, %a)\n output %y",
                                 {x});
    for (float value : elements<float>(sum)) EXPECT_NEAR(value, 1, 1e-6);
  }
  EXPECT_THAT(elements<float>(output_of("const %x: float32[3] = [10000, 10000, -inf]\n %y = Softmax(%x)\n output %y")),
              ElementsAre(0.5f, 0.5f, 0));
  EXPECT_THAT(elements<float>(output_of("const %x: float32[2] = [10000, 0]\n %y = LogSoftmax(%x)\n output %y")),
              ElementsAre(0, -10000));
}

TEST(Quantize, RoundsHalvesToEvenAndSaturates) {
  EXPECT_THAT(
      elements<std::int8_t>(output_of("const %x: float32[6] = [0.5, 1.5, -2.5, 1000, -inf, nan]\n const %s: float32[] "
                                      "= [1]\n const %z: int8[] = [1]\n %y = QuantizeLinear(%x, %s, %z)\n output %y")),
      ElementsAre(1, 3, -1, 127, -128, 0));
  EXPECT_THAT(elements<float>(output_of("const %x: int32[2] = [2147483647, -2147483648]\n const %s: float32[] = [1]\n "
                                        "%y = DequantizeLinear(%x, %s)\n output %y")),
              ElementsAre(2147483648.0f, -2147483648.0f));
}

TEST(Quantize, IsUndoneToHalfAStepAlongAnyAxis) {
  std::mt19937 random(8);
  const Tensor x = random_tensor(Shape{2, 3, 4}, random);
  for (int axis = 0; axis < 3; ++axis) {
    const std::string count = std::to_string(x.shape()[axis]);
    const std::string at = "{axis=" + std::to_string(axis) + "}";
    const Tensor y =
        output_of("input %x: float32[2,3,4]\n const %s: float32[" + count + "] = splat(0.01)\n const %z: int8[" +
                      count + "] = splat(-3)\n %q = QuantizeLinear(%x, %s, %z) " + at +
                      "\n %y = DequantizeLinear(%q, %s, %z) " + at + "\n output %y",
                  {x});
    for (std::size_t i = 0; i < 24; ++i) EXPECT_NEAR(y.as<float>()[i], x.as<float>()[i], 0.00501f);
  }
}

TEST(Reduce, OfNothingIsNeutral) {
  const auto reduce = [](const std::string& op) {
    return elements<float>(output_of("const %x: float32[2,0] = []\n const %a: int64[1] = [1]\n %y = " + op +
                                     "(%x, %a) {keepdims=0}\n output %y"));
  };
  EXPECT_THAT(reduce("ReduceSum"), ElementsAre(0, 0));
  EXPECT_THAT(reduce("ReduceProd"), ElementsAre(1, 1));
  EXPECT_THAT(reduce("ReduceMax"), ElementsAre(-kInf, -kInf));
  EXPECT_THAT(reduce("ReduceMin"), ElementsAre(kInf, kInf));
  EXPECT_TRUE(std::isnan(reduce("ReduceMean")[0]));
  EXPECT_THAT(error_of("const %x: int32[0] = []\n %y = ReduceMean(%x)\n output %y"),
              HasSubstr("the mean of no integers"));
  EXPECT_THAT(elements<std::int8_t>(output_of("const %x: int8[0] = []\n %y = ReduceMax(%x)\n output %y")),
              ElementsAre(-128));
}

TEST(ArgMax, TakesTheFirstOrTheLastOfEquals) {
  const auto arg = [](const std::string& op, const std::string& attributes) {
    return elements<std::int64_t>(output_of("const %x: float32[3,2] = [1,5, 1,4, 0,5]\n %y = " + op +
                                            "(%x) {keepdims=0, " + attributes + "}\n output %y"));
  };
  EXPECT_THAT(arg("ArgMax", "axis=0"), ElementsAre(0, 0));
  EXPECT_THAT(arg("ArgMax", "axis=0, select_last_index=1"), ElementsAre(1, 2));
  EXPECT_THAT(arg("ArgMin", "axis=-1"), ElementsAre(0, 0, 0));
}

}  // namespace
}  // namespace diolkos::reference
