#include "reference/test_evaluate.h"

namespace diolkos::reference {
namespace {

using testing::ElementsAre;
using testing::FloatNear;
using testing::Pointwise;

std::string resized(const std::string& size, const std::string& attributes) {
  return "const %z: int64[1] = [" + size + "]\n %y = Resize(%x, _, _, %z) {axes=[2], " + attributes + "}\n output %y";
}

TEST(Resize, LinearFollowsItsCoordinates) {
  const std::string x = "const %x: float32[1,1,3] = [0, 10, 20]\n";
  const auto linear = [&](const std::string& size, const std::string& mode) {
    return elements<float>(
        output_of(x + resized(size, "mode=\"linear\", coordinate_transformation_mode=\"" + mode + "\"")));
  };
  EXPECT_THAT(linear("5", "align_corners"), ElementsAre(0, 5, 10, 15, 20));
  EXPECT_THAT(linear("6", "half_pixel"), Pointwise(FloatNear(1e-5f), {0.0f, 2.5f, 7.5f, 12.5f, 17.5f, 20.0f}));
  EXPECT_THAT(linear("6", "asymmetric"), ElementsAre(0, 5, 10, 15, 20, 20));
  EXPECT_THAT(linear("1", "pytorch_half_pixel"), ElementsAre(0));
  EXPECT_THAT(linear("1", "half_pixel"), ElementsAre(10));
}

// Kernels that reproduce a constant and a straight line, wherever they are whole.
TEST(Resize, KeepsConstantsInEveryMode) {
  std::mt19937 random(10);
  for (const std::string mode : {"nearest", "linear", "cubic"}) {
    for (const std::string coordinates :
         {"half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric"}) {
      for (int round = 0; round < 10; ++round) {
        const std::string size = std::to_string(1 + random() % 20);
        const Tensor y = output_of("const %x: float32[1,1,7] = splat(3.25)\n" +
                                   resized(size, "mode=\"" + mode + "\", coordinate_transformation_mode=\"" +
                                                     coordinates + "\", antialias=" + std::to_string(random() % 2) +
                                                     ", exclude_outside=" + std::to_string(random() % 2)));
        for (float value : elements<float>(y))
          EXPECT_NEAR(value, 3.25f, 1e-5f) << mode << " " << coordinates << " " << size;
      }
    }
  }
}

TEST(Resize, IsTheIdentityAtTheSameSize) {
  std::mt19937 random(11);
  const Tensor x = random_tensor(Shape{1, 2, 5, 6}, random);
  for (const std::string mode : {"nearest", "linear", "cubic"}) {
    const Tensor y =
        output_of("input %x: float32[1,2,5,6]\n const %z: int64[4] = [1,2,5,6]\n %y = Resize(%x, _, _, %z) {mode=\"" +
                      mode + "\"}\n output %y",
                  {x});
    EXPECT_EQ(elements<float>(y), elements<float>(x));
  }
}

TEST(Resize, AntialiasAveragesWhatItShrinks) {
  const Tensor y = output_of("const %x: float32[1,1,8] = [0,1,0,1,0,1,0,1]\n" +
                             resized("2", "mode=\"linear\", antialias=1, exclude_outside=1"));
  for (float value : elements<float>(y)) EXPECT_NEAR(value, 0.5f, 0.07f);
}

TEST(Resize, PutsTheExtrapolationValueOutsideTheCrop) {
  const Tensor y = output_of(
      "const %x: float32[1,1,2,2] = [1,2,3,4]\n const %r: float32[8] = [0,0,0,-1, 1,1,1,1]\n const %z: int64[4] = "
      "[1,1,2,3]\n"
      "%y = Resize(%x, %r, _, %z) {mode=\"linear\", coordinate_transformation_mode=\"tf_crop_and_resize\", "
      "extrapolation_value=9.0}\n output %y");
  EXPECT_THAT(elements<float>(y), ElementsAre(9, 1, 2, 9, 3, 4));
}

TEST(Resize, RoundsIntegers) {
  EXPECT_THAT(elements<std::uint8_t>(
                  output_of("const %x: uint8[1,1,2] = [0, 255]\n" +
                            resized("3", "mode=\"linear\", coordinate_transformation_mode=\"align_corners\""))),
              ElementsAre(0, 128, 255));
  EXPECT_THAT(elements<std::int64_t>(output_of("const %x: int64[1,1,2] = [7, 9]\n" + resized("4", "mode=\"nearest\""))),
              ElementsAre(7, 7, 9, 9));
}

}  // namespace
}  // namespace diolkos::reference
