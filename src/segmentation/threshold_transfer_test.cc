#include "segmentation/threshold_transfer.h"

#include <cmath>
#include <random>

#include <gmock/gmock.h>

namespace diolkos::segmentation {
namespace {

struct Answer {
  std::vector<float> values;
  Scores scores;
};

Answer random_answer(int classes, unsigned seed) {
  constexpr int kSide = 40;
  Answer answer;
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0, 4);
  answer.values.resize(static_cast<std::size_t>(classes * kSide * kSide));
  for (float& value : answer.values) value = normal(random);
  answer.scores = {answer.values.data(), classes, kSide, kSide};
  return answer;
}

TEST(ThresholdTransfer, TheSameNetworkKeepsItsProbability) {
  const Answer answer = random_answer(5, 1);
  ThresholdTransfer transfer(5, false);
  ASSERT_TRUE(transfer.add(confident_classes(answer.scores, 0.7, false), answer.scores));
  const auto thresholds = transfer.thresholds();
  ASSERT_EQ(thresholds.size(), 10u);
  for (const ClassThreshold& entry : thresholds) {
    if (entry.raw) continue;
    EXPECT_NEAR(entry.threshold, 0.7, 0.02);
    EXPECT_GT(entry.agreement, 0.99);
  }
}

TEST(ThresholdTransfer, FindsWhatQuantizationMoved) {
  Answer answer = random_answer(1, 2);
  const auto wanted = confident_classes(answer.scores, 0.5, false);
  for (float& value : answer.values) value = 0.25f * std::round((value + 3) * 4);
  ThresholdTransfer transfer(1, false);
  ASSERT_TRUE(transfer.add(wanted, answer.scores));
  const auto thresholds = transfer.thresholds();
  ASSERT_EQ(thresholds.size(), 1u);
  EXPECT_EQ(thresholds[0].class_index, 1);
  EXPECT_TRUE(thresholds[0].raw);
  EXPECT_NEAR(thresholds[0].threshold, 3, 0.26);
}

TEST(ThresholdTransfer, RareClassesAndOtherGridsAreNone) {
  const Answer answer = random_answer(3, 3);
  ThresholdTransfer transfer(3, false);
  ASSERT_TRUE(transfer.add(std::vector<std::uint8_t>(answer.scores.plane_size(), kNoClass), answer.scores));
  EXPECT_TRUE(transfer.thresholds().empty());
  EXPECT_FALSE(transfer.add(std::vector<std::uint8_t>(7, kNoClass), answer.scores));
}

}  // namespace
}  // namespace diolkos::segmentation
