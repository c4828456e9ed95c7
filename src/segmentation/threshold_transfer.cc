#include "segmentation/threshold_transfer.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace diolkos::segmentation {
namespace {

constexpr double kLargestLogOdds = 32;

struct Best {
  int index = 0;
  double score = 0;
  double others = 0;  // sum over the other classes of exp(s_c - score)
};

Best best_of(const Scores& scores, std::size_t pixel) {
  Best best{0, scores.plane(0)[pixel], 0};
  for (int c = 1; c < scores.classes; ++c)
    if (scores.plane(c)[pixel] > best.score) best = {c, scores.plane(c)[pixel], 0};
  for (int c = 0; c < scores.classes; ++c)
    if (c != best.index) best.others += std::exp(scores.plane(c)[pixel] - best.score);
  return best;
}

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

}  // namespace

std::vector<std::uint8_t> confident_classes(const Scores& scores, double probability, bool probabilities) {
  std::vector<std::uint8_t> classes(scores.plane_size(), kNoClass);
  for (std::size_t pixel = 0; pixel < classes.size(); ++pixel) {
    if (scores.classes == 1) {
      const double score = scores.plane(0)[pixel];
      if ((probabilities ? score : sigmoid(score)) >= probability) classes[pixel] = 1;
      continue;
    }
    const Best best = best_of(scores, pixel);
    if ((probabilities ? best.score : 1 / (1 + best.others)) >= probability)
      classes[pixel] = static_cast<std::uint8_t>(best.index);
  }
  return classes;
}

void ThresholdTransfer::Measure::count(std::size_t index, double value, bool wanted) {
  Counts& counts = classes[index];
  if (counts.inside.empty()) {
    counts.inside.assign(kBins, 0);
    counts.outside.assign(kBins, 0);
  }
  const double bin = std::clamp((value / reach + 1) * (kBins / 2), 0.0, kBins - 1.0);
  ++(wanted ? counts.inside : counts.outside)[static_cast<std::size_t>(bin)];
}

ThresholdTransfer::ThresholdTransfer(int channels, bool probabilities)
    : channels_(channels), probabilities_(probabilities) {
  raw_.classes.resize(static_cast<std::size_t>(channels));
  log_odds_.classes.resize(static_cast<std::size_t>(channels));
  log_odds_.reach = kLargestLogOdds;
}

Status ThresholdTransfer::add(const std::vector<std::uint8_t>& wanted, const Scores& answer) {
  if (answer.classes != channels_ || answer.plane_size() != wanted.size())
    return invalid(fmt::format("the networks differ: {} channels of {} pixels, expected {} of {}", answer.classes,
                               answer.plane_size(), channels_, wanted.size()));
  if (raw_.reach == 0) {
    double largest = probabilities_ ? 1 : 1e-6;
    for (std::size_t i = 0; i < wanted.size() * static_cast<std::size_t>(channels_); ++i)
      largest = std::max(largest, std::abs(static_cast<double>(answer.values[i])));
    raw_.reach = 1.25 * largest;
  }
  const bool with_probability = channels_ > 1 && !probabilities_;
  for (std::size_t pixel = 0; pixel < wanted.size(); ++pixel) {
    const Best best = with_probability ? best_of(answer, pixel) : Best{};
    for (int c = 0; c < channels_; ++c) {
      const double score = answer.plane(c)[pixel];
      const bool inside = wanted[pixel] == (channels_ == 1 ? 1 : c);
      raw_.count(static_cast<std::size_t>(c), score, inside);
      if (!with_probability) continue;
      const double above = score - best.score;  // at most 0
      const double others = c == best.index ? best.others : 1 + best.others - std::exp(above);
      log_odds_.count(static_cast<std::size_t>(c), above - std::log(std::max(others, 1e-14)), inside);
    }
  }
  return {};
}

std::optional<ClassThreshold> ThresholdTransfer::best(const Measure& measure, std::size_t index, bool raw,
                                                      std::int64_t least) const {
  const Counts& counts = measure.classes[index];
  std::int64_t all = 0;
  for (const std::int64_t count : counts.inside) all += count;
  if (all < least) return std::nullopt;
  std::int64_t inside = 0, outside = 0;
  double highest = -1;
  int first = 0, last = 0;  // edges of the same, highest agreement
  for (int bin = kBins - 1; bin > 0; --bin) {
    inside += counts.inside[static_cast<std::size_t>(bin)];
    outside += counts.outside[static_cast<std::size_t>(bin)];
    const double agreement = static_cast<double>(inside) / static_cast<double>(all + outside);
    if (agreement > highest) {
      highest = agreement;
      first = last = bin;
    } else if (agreement == highest && first == bin + 1) {
      first = bin;
    }
  }
  const double edge = ((first + last) / 2.0 / (kBins / 2.0) - 1) * measure.reach;
  return ClassThreshold{channels_ == 1 ? 1 : static_cast<int>(index), raw, raw ? edge : sigmoid(edge), highest};
}

std::vector<ClassThreshold> ThresholdTransfer::thresholds(std::int64_t least_pixels) const {
  std::vector<ClassThreshold> result;
  for (std::size_t index = 0; index < raw_.classes.size(); ++index) {
    for (const bool raw : {true, false}) {
      const Measure& measure = raw ? raw_ : log_odds_;
      if (measure.classes[index].inside.empty()) continue;
      if (const auto found = best(measure, index, raw, least_pixels)) result.push_back(*found);
    }
  }
  return result;
}

}  // namespace diolkos::segmentation
