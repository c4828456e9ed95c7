#include "models/state_view.h"

#include <algorithm>
#include <set>

namespace diolkos::models {
namespace {

bool is_index(std::string_view text) {
  return !text.empty() && text.size() <= 4 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

StateView::StateView(const StateDict& weights) {
  for (const NamedTensor& entry : weights.tensors) tensors_.emplace(entry.name, &entry.tensor);
}

const Tensor* StateView::find(std::string_view name) const {
  const auto found = tensors_.find(name);
  return found == tensors_.end() ? nullptr : found->second;
}

bool StateView::has_below(std::string_view prefix) const {
  const auto at = tensors_.lower_bound(prefix);
  return at != tensors_.end() && at->first.starts_with(prefix);
}

int StateView::children(std::string_view prefix) const {
  std::set<std::string_view> indices;
  for (auto at = tensors_.lower_bound(prefix); at != tensors_.end() && at->first.starts_with(prefix); ++at) {
    const std::string_view rest = std::string_view(at->first).substr(prefix.size());
    const std::string_view index = rest.substr(0, rest.find('.'));
    if (is_index(index)) indices.insert(index);
  }
  return static_cast<int>(indices.size());
}

std::int64_t StateView::extent(std::string_view tensor, int axis) const {
  const Tensor* found = find(tensor);
  return found != nullptr && axis < found->shape().rank() ? found->shape()[axis] : kUnknownWidth;
}

std::int64_t StateView::agreed(const std::vector<Axis>& axes) const {
  std::vector<std::int64_t> extents;
  for (const Axis& axis : axes)
    if (const std::int64_t found = extent(axis.tensor, axis.axis); found > 0) extents.push_back(found);
  const auto votes = [&](std::int64_t candidate) { return std::count(extents.begin(), extents.end(), candidate); };
  const auto best = std::max_element(extents.begin(), extents.end(),
                                     [&](std::int64_t a, std::int64_t b) { return votes(a) < votes(b); });
  return best == extents.end() ? kUnknownWidth : *best;
}

std::int64_t StateView::conv_norm_width(const std::string& conv, const std::string& norm) const {
  return agreed({{conv + ".weight", 0},
                 {norm + ".weight", 0},
                 {norm + ".bias", 0},
                 {norm + ".running_mean", 0},
                 {norm + ".running_var", 0}});
}

std::int64_t StateView::conv_width(const std::string& conv) const {
  return agreed({{conv + ".weight", 0}, {conv + ".bias", 0}});
}

}  // namespace diolkos::models
