#include "segmentation/class_margin.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace diolkos::segmentation {
namespace {

constexpr float kUnknown = std::numeric_limits<float>::quiet_NaN();
constexpr float kLargest = 1e30f;     // infinite scores become this, so that differences stay numbers
constexpr std::size_t kBlock = 64;    // pixels whose margins are computed together

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
  if (plain_) return;
  const std::size_t pixels = scores.plane_size();
  spec_ = {scores.classes, static_cast<std::int64_t>(pixels), cpu::best_isa()};
  fast_.resize(pixels);
  known_.assign((pixels + kBlock - 1) / kBlock, 0);
  exact_.clear();
  exact_.reserve(pixels);
  best_other_.resize(kBlock);
}

float ClassMargin::plain(std::size_t pixel) const {
  return sign_ * std::clamp(scores_.plane(class_)[pixel], -kLargest, kLargest);
}

std::size_t ClassMargin::size_of_block(std::size_t block) const {
  return std::min(kBlock, scores_.plane_size() - block * kBlock);
}

float ClassMargin::fast(std::size_t pixel) {
  const std::size_t block = pixel / kBlock;
  if (known_[block] == 0) {
    known_[block] = 1;
    kernels::decide::run_log_odds(spec_, class_, static_cast<std::int64_t>(size_of_block(block)),
                                  scores_.values + block * kBlock, fast_.data() + block * kBlock);
  }
  return fast_[pixel];
}

float ClassMargin::exact(std::size_t pixel) {
  if (exact_.empty()) exact_.assign(scores_.plane_size(), kUnknown);
  float& margin = exact_[pixel];
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

bool ClassMargin::reached_at(std::size_t pixel) {
  const float margin = fast(pixel);
  const bool sure = std::abs(margin - threshold_) > kernels::decide::log_odds_error(margin);
  return reached(sure ? margin : exact(pixel));
}

bool ClassMargin::reached(const Cell& cell) {
  std::array<float, 4> corners;
  const auto between = [&](auto margin) {
    std::ranges::transform(cell.corners, corners.begin(), margin);
    return bilinear(corners, cell.across, cell.down);
  };
  if (plain_) return reached(between([&](std::size_t pixel) { return plain(pixel); }));
  const float margin = between([&](std::size_t pixel) { return fast(pixel); });
  // Interpolation adds less to an error than the sum of the corners' own.
  float error = 0;
  for (const float corner : corners) error += kernels::decide::log_odds_error(corner);
  if (std::abs(margin - threshold_) > error) return reached(margin);
  return reached(between([&](std::size_t pixel) { return exact(pixel); }));
}

void ClassMargin::mark_plain(std::uint8_t* marks, std::uint8_t mark) const {
  for (std::size_t pixel = 0; pixel < scores_.plane_size(); ++pixel) marks[pixel] = reached(plain(pixel)) ? mark : 0;
}

// What bounds leave open is looked at more closely: max <= ln(sum of exp) <= max + ln(count).
void ClassMargin::mark(std::uint8_t* marks, std::uint8_t mark) {
  if (plain_) return mark_plain(marks, mark);
  const float spread = std::log(static_cast<float>(scores_.classes - 1));
  for (std::size_t block = 0; block < known_.size(); ++block) {
    const std::size_t first = block * kBlock, count = size_of_block(block);
    kernels::decide::run_best_other(spec_, class_, static_cast<std::int64_t>(count), scores_.values + first,
                                    best_other_.data());
    const float* const wanted = scores_.plane(class_) + first;
    for (std::size_t i = 0; i < count; ++i) {
      const float most = wanted[i] - best_other_[i];
      const bool certain = most < threshold_ || most - spread >= threshold_;
      marks[first + i] = (certain ? reached(most) : reached_at(first + i)) ? mark : 0;
    }
  }
}

}  // namespace diolkos::segmentation
