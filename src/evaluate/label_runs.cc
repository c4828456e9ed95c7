#include "evaluate/label_runs.h"

#include <algorithm>

namespace diolkos::evaluate {

LabelRuns::LabelRuns(const segmentation::Image& labels) : pixels_(static_cast<std::int64_t>(labels.pixels().size())) {
  const auto end = labels.pixels().end();
  for (auto start = labels.pixels().begin(); start != end;) {
    const auto next = std::find_if(start, end, [label = *start](std::uint8_t other) { return other != label; });
    runs_.push_back({*start, static_cast<std::int32_t>(next - start)});
    start = next;
  }
}

std::int64_t equal_pixels(const LabelRuns& a, const LabelRuns& b) {
  std::int64_t equal = 0;
  std::int32_t left_a = 0, left_b = 0;  // of the runs before `i` and `j`
  for (std::size_t i = 0, j = 0;;) {
    if (left_a == 0) {
      if (i == a.runs_.size()) return equal;
      left_a = a.runs_[i++].length;
    }
    if (left_b == 0) {
      if (j == b.runs_.size()) return equal;
      left_b = b.runs_[j++].length;
    }
    const std::int32_t both = std::min(left_a, left_b);
    if (a.runs_[i - 1].label == b.runs_[j - 1].label) equal += both;
    left_a -= both;
    left_b -= both;
  }
}

double agreement(const std::vector<LabelRuns>& a, const std::vector<LabelRuns>& b) {
  std::int64_t equal = 0;
  std::int64_t pixels = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    equal += equal_pixels(a[i], b[i]);
    pixels += a[i].pixels();
  }
  return pixels == 0 ? 0 : static_cast<double>(equal) / static_cast<double>(pixels);
}

}  // namespace diolkos::evaluate
