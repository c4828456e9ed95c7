#include "compare/metrics.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace diolkos::compare {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::int64_t kMostClasses = 4096;

// The class of each pixel.
Result<std::vector<std::int64_t>> classes_of(const Tensor& tensor) {
  if (tensor.dtype() != DType::float32) {
    TRY_ASSIGN(const Tensor wide, to_int64(tensor));
    const auto values = wide.as<std::int64_t>();
    return std::vector<std::int64_t>(values.begin(), values.end());
  }
  const Shape& shape = tensor.shape();
  if (shape.rank() < 2 || shape[0] != 1 || shape[1] < 2)
    return invalid(fmt::format("{} are no scores of classes", to_string(shape)));
  const auto values = tensor.as<float>();
  const std::size_t channels = static_cast<std::size_t>(shape[1]), plane = values.size() / channels;
  std::vector<std::int64_t> classes(plane, 0);
  for (std::size_t c = 1; c < channels; ++c)
    for (std::size_t i = 0; i < plane; ++i)
      if (values[c * plane + i] > values[static_cast<std::size_t>(classes[i]) * plane + i])
        classes[i] = static_cast<std::int64_t>(c);
  return classes;
}

}  // namespace

void ErrorSums::add(std::span<const float> reference, std::span<const float> value) {
  for (std::size_t i = 0; i < reference.size(); ++i) {
    const double r = reference[i], v = value[i], error = std::abs(v - r);
    reference_squares_ += r * r;
    value_squares_ += v * v;
    products_ += r * v;
    error_squares_ += error * error;
    errors_ += error;
    references_ += std::abs(r);
    max_error_ = std::max(max_error_, std::isnan(error) ? kInfinity : error);
  }
  count_ += reference.size();
}

double ErrorSums::mean_error() const { return count_ == 0 ? 0 : errors_ / static_cast<double>(count_); }
double ErrorSums::share() const { return errors_ == 0 ? 0 : references_ == 0 ? kInfinity : errors_ / references_; }

double ErrorSums::sqnr_db() const {
  if (error_squares_ == 0) return kInfinity;
  return 10 * std::log10(reference_squares_ / error_squares_);
}

double ErrorSums::cosine() const {
  const double norm = std::sqrt(reference_squares_) * std::sqrt(value_squares_);
  return norm > 0 ? products_ / norm : reference_squares_ == value_squares_ ? 1.0 : 0.0;
}

Status ClassAgreement::add(const Tensor& reference, const Tensor& value) {
  TRY_ASSIGN(const auto wanted, classes_of(reference));
  TRY_ASSIGN(const auto given, classes_of(value));
  if (wanted.size() != given.size())
    return invalid(fmt::format("{} pixels against {}", wanted.size(), given.size()));
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const std::int64_t most = std::max(wanted[i], given[i]);
    if (std::min(wanted[i], given[i]) < 0 || most >= kMostClasses)
      return invalid(fmt::format("{} is no class", wanted[i] < 0 || wanted[i] >= kMostClasses ? wanted[i] : given[i]));
    if (most >= static_cast<std::int64_t>(counts_.size())) counts_.resize(static_cast<std::size_t>(most) + 1);
    ++counts_[static_cast<std::size_t>(wanted[i])].reference;
    ++counts_[static_cast<std::size_t>(given[i])].value;
    if (wanted[i] != given[i]) continue;
    ++counts_[static_cast<std::size_t>(wanted[i])].both;
    ++same_;
  }
  pixels_ += wanted.size();
  return {};
}

double ClassAgreement::agreement() const {
  return pixels_ == 0 ? 1 : static_cast<double>(same_) / static_cast<double>(pixels_);
}

std::vector<ClassAgreement::ClassOverlap> ClassAgreement::classes() const {
  std::vector<ClassOverlap> result;
  for (std::size_t c = 0; c < counts_.size(); ++c) {
    const Counts& counts = counts_[c];
    const std::uint64_t either = counts.reference + counts.value - counts.both;
    if (either != 0)
      result.push_back(
          {static_cast<int>(c), static_cast<double>(counts.both) / static_cast<double>(either), counts.reference});
  }
  return result;
}

double ClassAgreement::mean_iou() const {
  const auto overlaps = classes();
  if (overlaps.empty()) return 1;
  double sum = 0;
  for (const ClassOverlap& overlap : overlaps) sum += overlap.iou;
  return sum / static_cast<double>(overlaps.size());
}

}  // namespace diolkos::compare
