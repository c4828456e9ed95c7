#include "models/checked_weights.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace diolkos::models {
namespace {

constexpr std::size_t kNamed = 3;  // of many tensors, how many a message names

bool agrees(const Shape& found, const Shape& expected) {
  if (found.rank() != expected.rank()) return false;
  for (int axis = 0; axis < found.rank(); ++axis)
    if (found[axis] <= 0 || (expected[axis] != kUnknownWidth && found[axis] != expected[axis])) return false;
  return true;
}

std::string first_of(const std::vector<std::string>& items, std::string_view separator) {
  const std::size_t named = std::min(items.size(), kNamed);
  std::string text =
      fmt::format("{}", fmt::join(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(named), separator));
  if (items.size() > named) text += fmt::format("{}and {} more", separator, items.size() - named);
  return text;
}

std::string listed(std::string_view what, const std::vector<std::string>& names) {
  return fmt::format("{} tensor{} {}: {}", names.size(), names.size() == 1 ? "" : "s", what, first_of(names, ", "));
}

}  // namespace

Tensor CheckedWeights::tensor(const std::string& name, const Shape& expected, Role) {
  const Tensor* found = view_.find(name);
  if (found == nullptr) {
    missing_.push_back(fmt::format("'{}' ({})", name, to_string(expected)));
    return {};
  }
  used_.insert(name);
  if (!is_float(found->dtype())) {
    misshapen_.push_back(fmt::format("tensor '{}': found {} {}, expected floating point {}", name,
                                     name_of(found->dtype()), to_string(found->shape()), to_string(expected)));
    return {};
  }
  if (!agrees(found->shape(), expected)) {
    misshapen_.push_back(
        fmt::format("tensor '{}': found {}, expected {}", name, to_string(found->shape()), to_string(expected)));
    return {};
  }
  auto converted = to_float32(*found);
  if (converted) return *std::move(converted);
  misshapen_.push_back(fmt::format("tensor '{}': {}", name, converted.error().message));
  return {};
}

Status CheckedWeights::finish(std::string_view ignored_prefix) const {
  std::vector<std::string> unexpected;
  for (const auto& [name, tensor] : view_.tensors()) {
    if (used_.contains(name) || name.ends_with(".num_batches_tracked") || name.starts_with(ignored_prefix)) continue;
    unexpected.push_back(fmt::format("'{}' ({})", name, to_string(tensor->shape())));
  }
  std::vector<std::string> faults;
  if (!misshapen_.empty()) faults.push_back(first_of(misshapen_, "; "));
  if (!missing_.empty()) faults.push_back(listed("missing", missing_));
  if (!unexpected.empty()) faults.push_back(listed("unexpected", unexpected));
  if (faults.empty()) return {};
  return invalid(fmt::format("{}", fmt::join(faults, "; ")));
}

}  // namespace diolkos::models
