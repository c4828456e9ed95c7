#include "reference/test_evaluate.h"

namespace diolkos::reference {
namespace {

using testing::ElementsAre;
using testing::FloatNear;
using testing::Pointwise;

struct Case {
  int spatial, groups;
  Shape x, w;
  std::vector<std::int64_t> strides, dilations, pads;

  std::string attributes() const {
    return "{strides=" + listed(strides) + ", dilations=" + listed(dilations) + ", pads=" + listed(pads) +
           ", group=" + std::to_string(groups) + "}";
  }
};

Case draw(std::mt19937& random, bool transposed) {
  const auto pick = [&](int low, int high) { return std::uniform_int_distribution<std::int64_t>(low, high)(random); };
  Case made{static_cast<int>(pick(1, 3)), static_cast<int>(pick(1, 3)), {}, {}, {}, {}, {}};
  const std::int64_t inputs = pick(1, 3), outputs = pick(1, 3);
  made.x = {pick(1, 2), inputs * made.groups};
  made.w = transposed ? Shape{inputs * made.groups, outputs} : Shape{outputs * made.groups, inputs};
  for (int i = 0; i < made.spatial; ++i) {
    const std::int64_t kernel = pick(1, 3), dilation = pick(1, 2);
    made.x.push_back(pick(1, 4) + (kernel - 1) * dilation);
    made.w.push_back(kernel);
    made.strides.push_back(pick(1, 3));
    made.dilations.push_back(dilation);
  }
  for (int i = 0; i < 2 * made.spatial; ++i) made.pads.push_back(pick(0, transposed ? 0 : 2));
  return made;
}

// The definition, one output at a time.
double conv_at(const Case& c, const Tensor& x, const Tensor& w, std::int64_t n, std::int64_t o,
               const std::array<std::int64_t, 3>& out) {
  const std::int64_t inputs = c.w[1], outputs = c.w[0] / c.groups;
  double sum = 0;
  std::array<std::int64_t, 3> tap{}, kernel{1, 1, 1}, extent{1, 1, 1};
  for (int i = 0; i < c.spatial; ++i) {
    kernel[static_cast<std::size_t>(i)] = c.w[i + 2];
    extent[static_cast<std::size_t>(i)] = c.x[i + 2];
  }
  for (std::int64_t channel = 0; channel < inputs; ++channel)
    for (tap[0] = 0; tap[0] < kernel[0]; ++tap[0])
      for (tap[1] = 0; tap[1] < kernel[1]; ++tap[1])
        for (tap[2] = 0; tap[2] < kernel[2]; ++tap[2]) {
          std::int64_t from = n * c.x[1] + o / outputs * inputs + channel, at = o * inputs + channel;
          bool inside = true;
          for (std::size_t i = 0; i < 3; ++i) {
            const bool real = i < c.strides.size();
            const std::int64_t p = real ? out[i] * c.strides[i] + tap[i] * c.dilations[i] - c.pads[i] : 0;
            inside = inside && p >= 0 && p < extent[i];
            from = from * extent[i] + p;
            at = at * kernel[i] + tap[i];
          }
          if (inside)
            sum += static_cast<double>(x.as<float>()[static_cast<std::size_t>(from)]) *
                   static_cast<double>(w.as<float>()[static_cast<std::size_t>(at)]);
        }
  return sum;
}

TEST(Conv, EqualsItsDefinition) {
  std::mt19937 random(1);
  for (int round = 0; round < 150; ++round) {
    const Case c = draw(random, false);
    const Tensor x = random_tensor(c.x, random);
    const Tensor w = random_tensor(c.w, random);
    const Tensor y = output_of("input %x: float32[" + dims(c.x) + "]\n input %w: float32[" + dims(c.w) +
                                   "]\n %y = Conv(%x, %w) " + c.attributes() + "\n output %y",
                               {x, w});
    std::size_t index = 0;
    const Shape& shape = y.shape();
    std::array<std::int64_t, 3> extent{1, 1, 1}, out{};
    for (int i = 0; i < c.spatial; ++i) extent[static_cast<std::size_t>(i)] = shape[i + 2];
    for (std::int64_t n = 0; n < shape[0]; ++n)
      for (std::int64_t o = 0; o < shape[1]; ++o)
        for (out[0] = 0; out[0] < extent[0]; ++out[0])
          for (out[1] = 0; out[1] < extent[1]; ++out[1])
            for (out[2] = 0; out[2] < extent[2]; ++out[2])
              ASSERT_NEAR(y.as<float>()[index++], conv_at(c, x, w, n, o, out), 1e-5)
                  << "round " << round << " " << c.attributes() << " " << to_string(c.x) << " " << to_string(c.w);
  }
}

// <conv(y, w), x> = <y, conv_transpose(x, w)> for every x and y: what "transpose" means.
TEST(ConvTranspose, IsTheAdjointOfConv) {
  std::mt19937 random(2);
  for (int round = 0; round < 150; ++round) {
    const Case c = draw(random, true);
    const Tensor x = random_tensor(c.x, random);
    const Tensor w = random_tensor(c.w, random);
    const Tensor up = output_of("input %x: float32[" + dims(c.x) + "]\n input %w: float32[" + dims(c.w) +
                                    "]\n %y = ConvTranspose(%x, %w) " + c.attributes() + "\n output %y",
                                {x, w});
    const Tensor y = random_tensor(up.shape(), random);
    const Tensor down = output_of("input %x: float32[" + dims(up.shape()) + "]\n input %w: float32[" + dims(c.w) +
                                      "]\n %y = Conv(%x, %w) " + c.attributes() + "\n output %y",
                                  {y, w});
    ASSERT_EQ(down.shape(), x.shape());
    ASSERT_NEAR(dot(down, x), dot(y, up), 1e-3) << "round " << round << " " << c.attributes();
  }
}

TEST(FusedConv, AddsTheResidualAndThenActivates) {
  const auto fused = [](const std::string& attributes) {
    return elements<float>(
        output_of("const %x: float32[1,1,1,4] = [-8, -1, 1, 8]\n const %w: float32[1,1,1,1] = [2]\n"
                  "const %b: float32[1] = [1]\n const %r: float32[1,1,1,4] = [0, 0, -4, 0]\n"
                  "%y = FusedConv(%x, %w, %b, %r) {" +
                  attributes + "}\n output %y"));
  };
  EXPECT_THAT(fused(""), ElementsAre(-15, -1, -1, 17));
  EXPECT_THAT(fused("activation=\"relu\""), ElementsAre(0, 0, 0, 17));
  EXPECT_THAT(fused("activation=\"clip\", activation_alpha=-2.0, activation_beta=6.0"), ElementsAre(-2, -1, -1, 6));
  EXPECT_THAT(fused("activation=\"leakyrelu\", activation_alpha=0.5"), ElementsAre(-7.5f, -0.5f, -0.5f, 17));
  EXPECT_THAT(fused("activation=\"hardsigmoid\", activation_alpha=0.25, activation_beta=0.5"),
              ElementsAre(0, 0.25f, 0.25f, 1));
  EXPECT_THAT(fused("activation=\"hardswish\""), Pointwise(FloatNear(1e-6f), {0.0f, -1 / 3.0f, -1 / 3.0f, 17.0f}));
  EXPECT_THAT(fused("activation=\"sigmoid\""), Pointwise(FloatNear(1e-6f), {3.059e-7f, 0.2689414f, 0.2689414f, 1.0f}));
}

TEST(Conv, WorksInHalfAndDoublePrecision) {
  EXPECT_EQ(
      output_of("const %x: float16[1,1,1] = [0.5]\n const %w: float16[1,1,1] = [3]\n %y = Conv(%x, %w)\n output %y")
          .as_half_bits()[0],
      0x3e00)
      << "1.5";
  EXPECT_THAT(
      elements<double>(output_of(
          "const %x: float64[1,1,1] = [0.1]\n const %w: float64[1,1,1] = [0.1]\n %y = Conv(%x, %w)\n output %y")),
      ElementsAre(0.1 * 0.1));
}

TEST(QLinearConv, RoundsHalvesToEvenAndSaturates) {
  const Tensor y = output_of(
      "const %x: uint8[1,1,1,5] = [128, 129, 131, 255, 0]\n const %xs: float32[] = [0.5]\n const %xz: uint8[] = [128]\n"
      "const %w: int8[1,1,1,1] = [1]\n const %ws: float32[1] = [1]\n const %wz: int8[1] = [0]\n"
      "const %ys: float32[] = [1]\n const %yz: uint8[] = [254]\n"
      "%y = QLinearConv(%x, %xs, %xz, %w, %ws, %wz, %ys, %yz)\n output %y");
  EXPECT_THAT(elements<std::uint8_t>(y), ElementsAre(254, 254, 255, 255, 190)) << "0, 0.5, 1.5, 63.5, -64";
}

TEST(ConvInteger, TakesZeroPointsPerOutputChannel) {
  const Tensor y = output_of(
      "const %x: uint8[1,1,2] = [3, 5]\n const %w: int8[2,1,1] = [1, -1]\n const %xz: uint8[] = [4]\n"
      "const %wz: int8[2] = [0, 1]\n %y = ConvInteger(%x, %w, %xz, %wz) {pads=[1,0]}\n output %y");
  EXPECT_THAT(elements<std::int32_t>(y), ElementsAre(0, -1, 1, 0, 2, -2)) << "padding counts as the zero point";
}

}  // namespace
}  // namespace diolkos::reference
