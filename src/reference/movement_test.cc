#include "reference/test_evaluate.h"

namespace diolkos::reference {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Transpose, IsUndoneByTheInversePermutation) {
  std::mt19937 random(3);
  for (int round = 0; round < 200; ++round) {
    Shape shape;
    const int rank = std::uniform_int_distribution<int>(0, 6)(random);
    std::vector<int> permutation, inverse(static_cast<std::size_t>(rank));
    for (int i = 0; i < rank; ++i) {
      shape.push_back(std::uniform_int_distribution<int>(1, 4)(random));
      permutation.push_back(i);
    }
    std::shuffle(permutation.begin(), permutation.end(), random);
    for (int i = 0; i < rank; ++i) inverse[static_cast<std::size_t>(permutation[static_cast<std::size_t>(i)])] = i;
    const Tensor x = random_tensor(shape, random);
    const auto both =
        outputs_of("input %x: float32[" + dims(shape) + "]\n %t = Transpose(%x) {perm=" + listed(permutation) +
                       "}\n %y = Transpose(%t) {perm=" + listed(inverse) + "}\n output %t\n output %y",
                   {x});
    EXPECT_EQ(elements<float>(both[1]), elements<float>(x)) << "round " << round;
    for (int i = 0; i < rank; ++i) EXPECT_EQ(both[0].shape()[i], shape[permutation[static_cast<std::size_t>(i)]]);
  }
}

TEST(Slice, TakesWhatItsIndicesName) {
  const std::string x = "const %x: int32[3,4] = [0,1,2,3,4,5,6,7,8,9,10,11]\n";
  const auto slice = [&](const std::string& s, const std::string& e, const std::string& a, const std::string& t) {
    const auto list = [](const std::string& name, const std::string& values) {
      return "const %" + name + ": int64[" + std::to_string(1 + std::count(values.begin(), values.end(), ',')) +
             "] = [" + values + "]\n";
    };
    return elements<std::int32_t>(output_of(x + list("s", s) + list("e", e) + list("a", a) + list("t", t) +
                                            "%y = Slice(%x, %s, %e, %a, %t)\n output %y"));
  };
  EXPECT_THAT(slice("1", "3", "1", "1"), ElementsAre(1, 2, 5, 6, 9, 10));
  EXPECT_THAT(slice("-1,0", "-5,2", "0,-1", "-2,1"), ElementsAre(8, 9, 0, 1));
  EXPECT_THAT(slice("3", "-100", "1", "-3"), ElementsAre(3, 0, 7, 4, 11, 8));
  EXPECT_THAT(slice("3", "3", "1", "1"), ElementsAre());
}

TEST(Split, IsUndoneByConcat) {
  std::mt19937 random(4);
  for (int axis = 0; axis < 3; ++axis) {
    const Tensor x = random_tensor(Shape{5, 4, 7}, random);
    const std::string at = std::to_string(axis);
    const Tensor y = output_of("input %x: float32[5,4,7]\n %a, %b, %c = Split(%x) {axis=" + at +
                                   ", num_outputs=3}\n"
                                   "%y = Concat(%a, %b, %c) {axis=" +
                                   at + "}\n output %y",
                               {x});
    EXPECT_EQ(elements<float>(y), elements<float>(x));
  }
}

TEST(Pad, ContinuesInEveryMode) {
  const auto pad = [](const std::string& mode, const std::string& pads) {
    return elements<std::int16_t>(output_of("const %x: int16[3] = [1,2,3]\n const %p: int64[2] = [" + pads +
                                            "]\n const %v: int16[] = [9]\n %y = Pad(%x, %p, %v) {mode=\"" + mode +
                                            "\"}\n output %y"));
  };
  EXPECT_THAT(pad("constant", "2,1"), ElementsAre(9, 9, 1, 2, 3, 9));
  EXPECT_THAT(pad("constant", "-1,2"), ElementsAre(2, 3, 9, 9));
  EXPECT_THAT(pad("edge", "2,1"), ElementsAre(1, 1, 1, 2, 3, 3));
  EXPECT_THAT(pad("reflect", "2,2"), ElementsAre(3, 2, 1, 2, 3, 2, 1));
  EXPECT_THAT(pad("reflect", "5,0"), ElementsAre(2, 1, 2, 3, 2, 1, 2, 3)) << "reflected more than once";
  EXPECT_THAT(pad("wrap", "4,1"), ElementsAre(3, 1, 2, 3, 1, 2, 3, 1));
}

TEST(Pad, FillsWhatWasEmpty) {
  EXPECT_THAT(
      elements<float>(output_of("const %x: float32[0] = []\n const %p: int64[2] = [1,1]\n const %v: float32[] = [2]\n"
                                "%y = Pad(%x, %p, %v)\n output %y")),
      ElementsAre(2, 2));
}

TEST(Tile, RepeatsAxes) {
  EXPECT_THAT(elements<std::uint8_t>(output_of(
                  "const %x: uint8[2,2] = [1,2,3,4]\n const %r: int64[2] = [1,2]\n %y = Tile(%x, %r)\n output %y")),
              ElementsAre(1, 2, 1, 2, 3, 4, 3, 4));
}

TEST(Gather, ChecksIndices) {
  const auto gather = [](const std::string& indices) {
    return "const %x: float32[2,2] = [1,2,3,4]\n const %i: int64[1] = [" + indices +
           "]\n %y = Gather(%x, %i) {axis=1} \"pick\"\n output %y";
  };
  EXPECT_THAT(elements<float>(output_of(gather("-1"))), ElementsAre(2, 4));
  EXPECT_THAT(error_of(gather("2")), HasSubstr("node 'pick' (Gather): index 2 is outside an axis of 2"));
  EXPECT_THAT(error_of(gather("-9223372036854775808")), HasSubstr("is outside"));
}

TEST(DepthToSpace, IsUndoneBySpaceToDepth) {
  std::mt19937 random(5);
  const Tensor x = random_tensor(Shape{2, 12, 3, 5}, random);
  const Tensor y = output_of(
      "input %x: float32[2,12,3,5]\n %d = DepthToSpace(%x) {blocksize=2}\n %y = SpaceToDepth(%d) {blocksize=2}\n "
      "output %y",
      {x});
  EXPECT_EQ(elements<float>(y), elements<float>(x));
}

TEST(Movement, KeepsHalfBitsAsTheyAre) {
  Tensor x = *Tensor::zeros(DType::float16, Shape{2});
  const std::uint16_t signalling[2] = {0x7d01, 0x8000};
  std::memcpy(x.mutable_data(), signalling, sizeof(signalling));
  const Tensor y = output_of("input %x: float16[2]\n %r = Transpose(%x)\n %y = Concat(%r, %x)\n output %y", {x});
  EXPECT_THAT(y.as_half_bits(), ElementsAre(0x7d01, 0x8000, 0x7d01, 0x8000));
}

}  // namespace
}  // namespace diolkos::reference
