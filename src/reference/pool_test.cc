#include "reference/test_evaluate.h"

namespace diolkos::reference {
namespace {

using testing::ElementsAre;

TEST(MaxPool, NumbersWhatItFound) {
  const std::string x = "const %x: float32[1,2,2,3] = [1,9,2, 3,4,5, 0,0,0, 0,7,0]\n";
  const auto row = outputs_of(x + "%y, %i = MaxPool(%x) {kernel_shape=[2,2]}\n output %y\n output %i");
  EXPECT_THAT(elements<float>(row[0]), ElementsAre(9, 9, 7, 7));
  EXPECT_THAT(elements<std::int64_t>(row[1]), ElementsAre(1, 1, 10, 10));
  const auto column =
      outputs_of(x + "%y, %i = MaxPool(%x) {kernel_shape=[2,2], storage_order=1}\n output %y\n output %i");
  EXPECT_THAT(elements<std::int64_t>(column[1]), ElementsAre(2, 2, 9, 9));
}

TEST(MaxPool, NeverPicksPadding) {
  EXPECT_THAT(elements<std::int8_t>(output_of(
                  "const %x: int8[1,1,2] = [-5,-7]\n %y = MaxPool(%x) {kernel_shape=[3], pads=[1,1]}\n output %y")),
              ElementsAre(-5, -5));
}

TEST(AveragePool, CountsPadsOnlyIfTold) {
  const auto pool = [](const std::string& attributes) {
    return elements<float>(
        output_of("const %x: float32[1,1,4] = [2,4,6,8]\n %y = AveragePool(%x) {" + attributes + "}\n output %y"));
  };
  EXPECT_THAT(pool("kernel_shape=[2], pads=[1,1]"), ElementsAre(2, 3, 5, 7, 8));
  EXPECT_THAT(pool("kernel_shape=[2], pads=[1,1], count_include_pad=1"), ElementsAre(1, 3, 5, 7, 4));
  EXPECT_THAT(pool("kernel_shape=[3], strides=[3], ceil_mode=1, count_include_pad=1"), ElementsAre(4, 8))
      << "what ceil_mode adds is no pad";
  EXPECT_THAT(pool("kernel_shape=[2], dilations=[2]"), ElementsAre(4, 6));
}

TEST(GlobalPool, TakesWholePlanes) {
  const std::string x = "const %x: float32[1,2,1,2] = [1,3,-2,-4]\n";
  EXPECT_THAT(elements<float>(output_of(x + "%y = GlobalAveragePool(%x)\n output %y")), ElementsAre(2, -3));
  EXPECT_THAT(elements<float>(output_of(x + "%y = GlobalMaxPool(%x)\n output %y")), ElementsAre(3, -2));
}

// A pool of extent 1 changes nothing, whatever the rank.
TEST(Pool, OfOneIsTheIdentity) {
  std::mt19937 random(9);
  for (int spatial = 1; spatial <= 3; ++spatial) {
    Shape shape{2, 3};
    for (int i = 0; i < spatial; ++i) shape.push_back(4 + i);
    const Tensor x = random_tensor(shape, random);
    for (const std::string op : {"MaxPool", "AveragePool"}) {
      const Tensor y = output_of("input %x: float32[" + dims(shape) + "]\n %y = " + op + "(%x) {kernel_shape=" +
                                     listed(std::vector<int>(static_cast<std::size_t>(spatial), 1)) + "}\n output %y",
                                 {x});
      EXPECT_EQ(elements<float>(y), elements<float>(x));
    }
  }
}

TEST(BatchNorm, FollowsItsFormula) {
  EXPECT_THAT(elements<float>(output_of(
                  "const %x: float32[1,2,1] = [3, 5]\n const %s: float32[2] = [2, 1]\n const %b: float32[2] = [1, 0]\n"
                  "const %m: float32[2] = [1, 5]\n const %v: float32[2] = [4, 1]\n"
                  "%y = BatchNormalization(%x, %s, %b, %m, %v) {epsilon=0.0}\n output %y")),
              ElementsAre(3, 0));
}

TEST(InstanceNorm, CentresEachPlane) {
  EXPECT_THAT(
      elements<float>(output_of(
          "const %x: float32[1,2,2] = [1, 3, 10, 10]\n const %s: float32[2] = [1, 1]\n const %b: float32[2] = [0, 7]\n"
          "%y = InstanceNormalization(%x, %s, %b) {epsilon=0.0001}\n output %y")),
      ElementsAre(testing::FloatNear(-1, 1e-3f), testing::FloatNear(1, 1e-3f), 7, 7));
}

}  // namespace
}  // namespace diolkos::reference
