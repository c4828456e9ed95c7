#include "evaluate/probabilities.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "segmentation/confusion.h"

namespace diolkos::evaluate {

using segmentation::Confusion;
using segmentation::Geometry;
using segmentation::Image;

Status Probabilities::add(const Tensor& output, const Geometry& geometry, const Image& truth, bool class_of_one,
                          std::span<PrecisionCurve> curves) {
  TRY_ASSIGN(scores_, segmentation::scores_of(output));
  const double across = static_cast<double>(scores_.width) / geometry.input.width;
  const double down = static_cast<double>(scores_.height) / geometry.input.height;
  const segmentation::Rect& seen = geometry.frame_region;
  const segmentation::Rect& input = geometry.input_region;
  columns_.set(seen.width, scores_.width, input.x * across, input.width * across);
  rows_.set(seen.height, scores_.height, input.y * down, input.height * down);

  for (int y = 0; y < truth.height(); ++y) {
    const bool inside = y >= seen.y && y < seen.y + seen.height;
    if (inside) compute_row(y - seen.y);
    const std::uint8_t* const labels = truth.row(y);
    for (PrecisionCurve& curve : curves) {
      const std::uint8_t wanted = class_of_one ? 1 : static_cast<std::uint8_t>(curve.index);
      for (int x = 0; x < truth.width(); ++x) {
        if (labels[x] == Confusion::kVoid) continue;
        const bool known = inside && x >= seen.x && x < seen.x + seen.width;
        const float unseen = curve.index == 0 ? 1.0f : 0.0f;
        curve.add(known ? at(curve.index, x - seen.x) : unseen, labels[x] == wanted);
      }
    }
  }
  return {};
}

float Probabilities::at(int index, int x) const {
  const auto width = static_cast<std::size_t>(columns_.outputs());
  const auto column = static_cast<std::size_t>(x);
  if (scores_.classes == 1) return index == 1 ? row_[column] : 1 - row_[column];
  return row_[static_cast<std::size_t>(index) * width + column];
}

void Probabilities::compute_row(int y) {
  const auto width = static_cast<std::size_t>(columns_.outputs());
  row_.resize(width * static_cast<std::size_t>(scores_.classes));
  const float down = rows_.weight(y);
  for (int index = 0; index < scores_.classes; ++index) {
    const float* const upper = scores_.plane(index) + static_cast<std::ptrdiff_t>(rows_.low(y)) * scores_.width;
    const float* const lower = scores_.plane(index) + static_cast<std::ptrdiff_t>(rows_.high(y)) * scores_.width;
    float* const to = row_.data() + static_cast<std::size_t>(index) * width;
    for (int x = 0; x < columns_.outputs(); ++x) {
      const int low = columns_.low(x);
      const int high = columns_.high(x);
      const float weight = columns_.weight(x);
      const float above = upper[low] * (1 - weight) + upper[high] * weight;
      const float below = lower[low] * (1 - weight) + lower[high] * weight;
      to[x] = above * (1 - down) + below * down;
    }
  }
  if (!raw_) normalize();
}

void Probabilities::normalize() {
  const auto width = static_cast<std::size_t>(columns_.outputs());
  if (scores_.classes == 1) {
    for (float& score : row_) score = 1 / (1 + std::exp(-score));
    return;
  }
  best_.assign(width, -std::numeric_limits<float>::infinity());
  sum_.assign(width, 0.0f);
  for (std::size_t start = 0; start < row_.size(); start += width)
    for (std::size_t x = 0; x < width; ++x) best_[x] = std::max(best_[x], row_[start + x]);
  for (std::size_t start = 0; start < row_.size(); start += width)
    for (std::size_t x = 0; x < width; ++x) {
      row_[start + x] = std::exp(row_[start + x] - best_[x]);
      sum_[x] += row_[start + x];
    }
  for (std::size_t start = 0; start < row_.size(); start += width)
    for (std::size_t x = 0; x < width; ++x) row_[start + x] /= sum_[x];
}

}  // namespace diolkos::evaluate
