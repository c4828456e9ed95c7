#include "segmentation/confusion.h"

#include <algorithm>

#include <fmt/format.h>

namespace diolkos::segmentation {
namespace {

// Over the classes that have a value; 0 for none.
template <class Value>
double mean_of(int classes, Value value_of) {
  double sum = 0;
  int present = 0;
  for (int index = 0; index < classes; ++index) {
    const std::optional<double> value = value_of(index);
    sum += value.value_or(0);
    present += value.has_value();
  }
  return present == 0 ? 0 : sum / present;
}

}  // namespace

Confusion::Confusion(int classes)
    : classes_(classes), counts_(static_cast<std::size_t>(classes) * static_cast<std::size_t>(classes + 1)) {}

Status Confusion::add(std::span<const std::uint8_t> predicted, std::span<const std::uint8_t> truth) {
  if (predicted.size() != truth.size())
    return invalid(fmt::format("{} predicted pixels, {} true ones: sizes differ", predicted.size(), truth.size()));
  const auto stray = std::find_if(truth.begin(), truth.end(),
                                  [this](std::uint8_t label) { return label >= classes_ && label != kVoid; });
  if (stray != truth.end())
    return invalid(fmt::format("true class {} is not among the {} classes and not void ({})", *stray, classes_, kVoid));
  const auto columns = static_cast<std::size_t>(classes_) + 1;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    if (truth[i] == kVoid) continue;
    ++counts_[truth[i] * columns + std::min<std::size_t>(predicted[i], columns - 1)];
  }
  return {};
}

std::int64_t Confusion::count(int truth, int predicted) const {
  return counts_[static_cast<std::size_t>(truth) * static_cast<std::size_t>(classes_ + 1) +
                 static_cast<std::size_t>(predicted)];
}

void Confusion::add_count(int truth, int predicted, std::int64_t count) {
  counts_[static_cast<std::size_t>(truth) * static_cast<std::size_t>(classes_ + 1) +
          static_cast<std::size_t>(predicted)] += count;
}

std::int64_t Confusion::true_pixels(int index) const {
  std::int64_t pixels = 0;
  for (int predicted = 0; predicted <= classes_; ++predicted) pixels += count(index, predicted);
  return pixels;
}

std::int64_t Confusion::predicted_pixels(int index) const {
  std::int64_t pixels = 0;
  for (int truth = 0; truth < classes_; ++truth) pixels += count(truth, index);
  return pixels;
}

std::optional<double> Confusion::iou(int index) const {
  const std::int64_t both = count(index, index);
  const std::int64_t either = true_pixels(index) + predicted_pixels(index) - both;
  if (either == 0) return std::nullopt;
  return static_cast<double>(both) / static_cast<double>(either);
}

std::optional<double> Confusion::accuracy(int index) const {
  const std::int64_t pixels = true_pixels(index);
  if (pixels == 0) return std::nullopt;
  return static_cast<double>(count(index, index)) / static_cast<double>(pixels);
}

double Confusion::mean_iou() const {
  return mean_of(classes_, [this](int index) { return iou(index); });
}

double Confusion::mean_accuracy() const {
  return mean_of(classes_, [this](int index) { return accuracy(index); });
}

double Confusion::pixel_accuracy() const {
  std::int64_t right = 0;
  std::int64_t all = 0;
  for (int truth = 0; truth < classes_; ++truth) {
    right += count(truth, truth);
    for (int predicted = 0; predicted <= classes_; ++predicted) all += count(truth, predicted);
  }
  return all == 0 ? 0 : static_cast<double>(right) / static_cast<double>(all);
}

}  // namespace diolkos::segmentation
