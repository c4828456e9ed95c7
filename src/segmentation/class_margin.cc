#include "segmentation/class_margin.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace diolkos::segmentation {
namespace {

constexpr float kUnknown = std::numeric_limits<float>::quiet_NaN();
constexpr float kLargest = 1e30f;  // infinite scores become this, so that differences stay numbers

double log_odds_of(double probability) {
  if (probability <= 0) return -std::numeric_limits<double>::infinity();
  if (probability >= 1) return std::numeric_limits<double>::infinity();
  return std::log(probability) - std::log1p(-probability);
}

}  // namespace

void ClassMargin::set(const Scores& scores, int class_index, double threshold, bool raw) {
  scores_ = scores;
  plain_ = raw || scores.classes == 1;
  sign_ = scores.classes == 1 && class_index == 0 ? -1.0f : 1.0f;
  class_ = scores.classes == 1 ? 0 : class_index;
  threshold_ = static_cast<float>(raw ? threshold : log_odds_of(threshold));
  if (!plain_) margins_.assign(scores.plane_size(), kUnknown);
}

float ClassMargin::at(std::size_t pixel) {
  if (plain_) return sign_ * std::clamp(scores_.plane(class_)[pixel], -kLargest, kLargest);
  float& margin = margins_[pixel];
  if (std::isnan(margin)) margin = log_odds(pixel);
  return margin;
}

float ClassMargin::log_odds(std::size_t pixel) const {
  const std::size_t step = scores_.plane_size();
  const float* const scores = scores_.values + pixel;
  const auto other = [&](int index) { return scores[step * static_cast<std::size_t>(index)]; };
  float most = -std::numeric_limits<float>::infinity();
  for (int index = 0; index < scores_.classes; ++index)
    if (index != class_) most = std::max(most, other(index));
  most = std::clamp(most, -kLargest, kLargest);
  double sum = 0;
  for (int index = 0; index < scores_.classes; ++index)
    if (index != class_) sum += std::exp(static_cast<double>(std::min(other(index), kLargest)) - most);
  const double margin = static_cast<double>(other(class_)) - most - std::log(sum);
  return static_cast<float>(std::clamp(margin, -static_cast<double>(kLargest), static_cast<double>(kLargest)));
}

void ClassMargin::mark(std::uint8_t* marks, std::uint8_t mark) {
  const std::size_t pixels = scores_.plane_size();
  if (plain_) {
    for (std::size_t pixel = 0; pixel < pixels; ++pixel) marks[pixel] = reached(at(pixel)) ? mark : 0;
    return;
  }
  const auto width = static_cast<std::size_t>(scores_.width);
  const float spread = std::log(static_cast<float>(scores_.classes - 1));
  best_other_.resize(width);
  float* const best = best_other_.data();
  for (std::size_t row = 0; row < pixels; row += width) {
    std::fill_n(best, width, -std::numeric_limits<float>::infinity());
    for (int index = 0; index < scores_.classes; ++index) {
      if (index == class_) continue;
      const float* const other = scores_.plane(index) + row;
      for (std::size_t x = 0; x < width; ++x) best[x] = other[x] > best[x] ? other[x] : best[x];
    }
    const float* const wanted = scores_.plane(class_) + row;
    for (std::size_t x = 0; x < width; ++x) {
      const float most = wanted[x] - best[x];
      const bool certain = most < threshold_ || most - spread >= threshold_;
      marks[row + x] = (certain ? reached(most) : reached(at(row + x))) ? mark : 0;
    }
  }
}

}  // namespace diolkos::segmentation
