// How far one class is above a threshold, pixel by pixel, at the network's resolution.
//
// A probability p is held against a threshold t by its log-odds: p >= t where ln(p / (1 - p)) >= ln(t / (1 - t)). With
// softmax over classes these are s_k - ln(sum over c != k of exp(s_c)); with a single channel's sigmoid the score
// itself. Log-odds, unlike probabilities, are linear in the scores where two classes compete: interpolating them is
// nearly the softmax of interpolated scores, for the price of one plane instead of one a class.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "segmentation/scores.h"

namespace diolkos::segmentation {

class ClassMargin {
 public:
  // With `raw` the class's own score is held against `threshold`. A single channel stands for class 1, and negated
  // for class 0. `class_index` must be one of the scores'.
  void set(const Scores& scores, int class_index, double threshold, bool raw);

  // `mark` where the class reaches the threshold, 0 elsewhere. Exponentials are taken only where bounds leave a doubt:
  // max <= ln(sum of exp) <= max + ln(count).
  void mark(std::uint8_t* marks, std::uint8_t mark);

  bool reached(float margin) const { return margin >= threshold_; }

  // The margin of one pixel, kept for the next call; NaN where scores are.
  float at(std::size_t pixel);

 private:
  float log_odds(std::size_t pixel) const;

  Scores scores_;
  int class_ = 0;
  float threshold_ = 0;
  float sign_ = 1;
  bool plain_ = true;              // the plane itself, no softmax
  std::vector<float> margins_;     // NaN: not computed yet
  std::vector<float> best_other_;  // of a row
};

}  // namespace diolkos::segmentation
