// A label map as runs of equal labels, row by row: small enough to keep those of all images of an evaluation.
#pragma once

#include <cstdint>
#include <vector>

#include "segmentation/image.h"

namespace diolkos::evaluate {

class LabelRuns {
 public:
  explicit LabelRuns(const segmentation::Image& labels);  // gray
  std::int64_t pixels() const { return pixels_; }

 private:
  struct Run {
    std::uint8_t label;
    std::int32_t length;
  };
  std::vector<Run> runs_;
  std::int64_t pixels_ = 0;

  friend std::int64_t equal_pixels(const LabelRuns& a, const LabelRuns& b);
};

// Of two maps of one size: pixels that have the same label in both.
std::int64_t equal_pixels(const LabelRuns& a, const LabelRuns& b);

// The share of pixels that have the same label, over maps of the same images in the same order; 0 for no pixels.
double agreement(const std::vector<LabelRuns>& a, const std::vector<LabelRuns>& b);

}  // namespace diolkos::evaluate
