// Real checkpoints, against what PyTorch 1.13's torch.load finds in them.
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "base/sha256.h"
#include "formats/pytorch/checkpoint.h"

namespace diolkos::formats {
namespace {

struct Fact {
  const char* name;
  const char* shape;
  double sum;
};

struct Expected {
  const char* file;
  std::size_t tensors;
  std::int64_t elements;
  const char* digest;  // SHA-256 of "NAME TYPE SHAPE\n" and the bytes of each tensor, in order
  Fact facts[4];
};

const Expected kExpected[] = {
    {"espnetv2_s_0.5_pascal_256x256.pth",
     526,
     87742,
     "8a79ec7095b7a9e117102c24111f3da25b1210278dff7f6ce776648ece042a7d",
     {{"base_net.level1.conv.weight", "16x3x3x3", -1.29379714},
      {"base_net.level1.bn.num_batches_tracked", "scalar", 1208783},
      {"base_net.level4.2.br_after_cat.act.weight", "128", -16.1488471},
      {"bu_br_l4.1.weight", "32", -0.292269165}}},
    {"espnetv2_s_2.0_pascal_384x384.pth",
     526,
     814362,
     "37ec17fc9234f5e565567ea49e5daba5c28e4c768ebaa49204356f4b30996d48",
     {{"base_net.level1.conv.weight", "32x3x3x3", -3.6737617},
      {"base_net.level1.bn.num_batches_tracked", "scalar", 1367629},
      {"base_net.level4.2.br_after_cat.act.weight", "512", -30.7655547},
      {"bu_br_l4.1.weight", "32", 3.12213757}}},
};

double sum_of(const Tensor& tensor) {
  const Tensor values = to_float32(tensor).value();
  double sum = 0;
  for (const float value : values.as<float>()) sum += value;
  return sum;
}

std::string digest_of(const StateDict& weights) {
  Sha256 digest;
  for (const auto& [name, tensor] : weights.tensors) {
    const std::string head = name + ' ' + std::string(name_of(tensor.dtype())) + ' ' + to_string(tensor.shape()) + '\n';
    digest.update(std::as_bytes(std::span(head.data(), head.size())));
    digest.update({tensor.data(), tensor.bytes()});
  }
  return digest.hex();
}

TEST(RealCheckpointsTest, ReadAsPyTorchReadsThem) {
  const std::filesystem::path folder = std::filesystem::path(DIOLKOS_TEST_ASSETS) / "models";
  for (const Expected& expected : kExpected) {
    if (!std::filesystem::exists(folder / expected.file)) GTEST_SKIP() << "no test asset " << folder / expected.file;
    auto weights = read_checkpoint(folder / expected.file);
    ASSERT_TRUE(weights) << weights.error().message;
    EXPECT_EQ(weights->tensors.size(), expected.tensors);
    std::int64_t elements = 0;
    for (const NamedTensor& entry : weights->tensors) elements += entry.tensor.elements();
    EXPECT_EQ(elements, expected.elements);
    for (const Fact& fact : expected.facts) {
      const Tensor* tensor = weights->find(fact.name);
      ASSERT_NE(tensor, nullptr) << fact.name;
      EXPECT_EQ(to_string(tensor->shape()), fact.shape);
      EXPECT_NEAR(sum_of(*tensor), fact.sum, 1e-6 * std::abs(fact.sum)) << fact.name;
    }
    EXPECT_EQ(digest_of(*weights), expected.digest);
  }
}

}  // namespace
}  // namespace diolkos::formats
