#include "segmentation/class_margin.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include <gtest/gtest.h>

namespace diolkos::segmentation {
namespace {

constexpr float kLargest = 1e30f;

// The margin of one pixel as its definition says, in double.
float margin_of(const Scores& scores, int wanted, std::size_t pixel) {
  double most = -kLargest, sum = 0;
  const auto score = [&](int index) { return scores.plane(index)[pixel]; };
  for (int index = 0; index < scores.classes; ++index)
    if (index != wanted) most = std::max(most, static_cast<double>(std::min(score(index), kLargest)));
  for (int index = 0; index < scores.classes; ++index)
    if (index != wanted) sum += std::exp(static_cast<double>(std::min(score(index), kLargest)) - most);
  const double margin = static_cast<double>(score(wanted)) - most - std::log(sum);
  return static_cast<float>(std::clamp(margin, -static_cast<double>(kLargest), static_cast<double>(kLargest)));
}

// Scores of which most are so near to the threshold that float32 cannot tell on which side.
std::vector<float> scores_near(float threshold, int wanted, const Scores& shape, std::mt19937& random) {
  std::vector<float> values(shape.plane_size() * static_cast<std::size_t>(shape.classes));
  std::normal_distribution<float> score(0, 4);
  std::ranges::generate(values, [&] { return score(random); });
  Scores scores = shape;
  scores.values = values.data();
  std::uniform_int_distribution<int> steps(-8, 8);
  for (std::size_t pixel = 0; pixel < shape.plane_size(); ++pixel) {
    float& own = values[shape.plane_size() * static_cast<std::size_t>(wanted) + pixel];
    own = 0;
    own = threshold - margin_of(scores, wanted, pixel) + static_cast<float>(steps(random)) * 2e-7f;
    if (pixel % 7 == 0) own = score(random);
    if (pixel % 41 == 0) own = -std::numeric_limits<float>::infinity();
  }
  return values;
}

TEST(ClassMargin, DecidesAsDoubleWouldHoweverNear) {
  std::mt19937 random(1);
  for (const double probability : {0.5, 0.02, 0.97, 0.0, 1.0})
    for (const int classes : {2, 21, 150}) {
      Scores scores{nullptr, classes, 13, 19};
      const auto threshold = static_cast<float>(std::log(probability) - std::log1p(-probability));
      const int wanted = classes / 2;
      const auto values = scores_near(std::isfinite(threshold) ? threshold : 0, wanted, scores, random);
      scores.values = values.data();
      ClassMargin margin;
      margin.set(scores, wanted, probability, false);
      std::vector<std::uint8_t> marks(scores.plane_size());
      margin.mark(marks.data(), 1);
      for (std::size_t pixel = 0; pixel < marks.size(); ++pixel)
        ASSERT_EQ(marks[pixel] != 0, margin_of(scores, wanted, pixel) >= threshold) << probability << " " << pixel;
      std::uniform_int_distribution<std::size_t> any(0, marks.size() - 1);
      std::uniform_real_distribution<float> weight(0, 1);
      for (int i = 0; i < 300; ++i) {
        const Cell cell{{any(random), any(random), any(random), any(random)}, weight(random), weight(random)};
        std::array<float, 4> corners;
        std::ranges::transform(cell.corners, corners.begin(),
                               [&](std::size_t pixel) { return margin_of(scores, wanted, pixel); });
        ASSERT_EQ(margin.reached(cell), bilinear(corners, cell.across, cell.down) >= threshold) << probability << i;
      }
    }
}

}  // namespace
}  // namespace diolkos::segmentation
