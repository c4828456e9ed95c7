#include "reference/test_evaluate.h"

namespace diolkos::reference {
namespace {

using testing::ElementsAre;
using testing::FloatNear;
using testing::HasSubstr;
using testing::Pointwise;

TEST(LayerNormalization, NormalisesFromItsAxisOnAndTellsItsMoments) {
  const auto made = outputs_of(
      "const %x: float32[2,1,2] = [1.0,3.0,-4.0,4.0]\n const %s: float32[2] = [1.0,2.0]\n const %b: float32[2] = "
      "[0.5,0.0]\n"
      "%y, %mean, %inverse = LayerNormalization(%x, %s, %b) {epsilon=0.0}\n output %y output %mean output %inverse");
  EXPECT_THAT(elements<float>(made[0]), ElementsAre(-0.5f, 2.0f, -0.5f, 2.0f));
  EXPECT_THAT(elements<float>(made[1]), ElementsAre(2.0f, 0.0f));
  EXPECT_THAT(elements<float>(made[2]), ElementsAre(1.0f, 0.25f));
  EXPECT_EQ(made[1].shape(), (Shape{2, 1, 1}));
}

TEST(LayerNormalization, RefusesScalesOfOtherShapes) {
  EXPECT_THAT(error_of("const %x: float32[2,3] = seeded(1)\n const %s: float32[2] = seeded(2)\n"
                       "%y = LayerNormalization(%x, %s)\n output %y"),
              HasSubstr("input 1 is 2, expected 3"));
}

TEST(GroupNormalization, OfOneChannelAGroupIsAnInstanceNormalization) {
  const std::string before = "const %x: float32[2,4,3,5] = seeded(1)\n const %s: float32[4] = seeded(2)\n"
                             "const %b: float32[4] = seeded(3)\n";
  const auto groups = output_of(before + "%y = GroupNormalization(%x, %s, %b) {num_groups=4}\n output %y");
  const auto instances = output_of(before + "%y = InstanceNormalization(%x, %s, %b)\n output %y");
  EXPECT_THAT(elements<float>(groups), Pointwise(FloatNear(1e-6f), elements<float>(instances)));
  EXPECT_THAT(error_of(before + "%y = GroupNormalization(%x, %s, %b) {num_groups=3}\n output %y"),
              HasSubstr("num_groups is 3"));
}

TEST(Gelu, BothWays) {
  const std::string x = "const %x: float32[4] = [-40.0,-1.0,0.0,2.0]\n";
  EXPECT_THAT(elements<float>(output_of(x + "%y = Gelu(%x)\n output %y")),
              Pointwise(FloatNear(1e-6f), std::vector<float>{0, -0.15865526f, 0, 1.9544997f}));
  EXPECT_THAT(elements<float>(output_of(x + "%y = Gelu(%x) {approximate=\"tanh\"}\n output %y")),
              Pointwise(FloatNear(1e-6f), std::vector<float>{0, -0.15880801f, 0, 1.9545977f}));
  EXPECT_THAT(error_of(x + "%y = Gelu(%x) {approximate=\"fast\"}\n output %y"), HasSubstr("'fast'"));
}

}  // namespace
}  // namespace diolkos::reference
