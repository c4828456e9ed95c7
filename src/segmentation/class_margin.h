// How far one class is above a threshold, pixel by pixel, at the network's resolution.
//
// A probability p is held against a threshold t by its log-odds: p >= t where ln(p / (1 - p)) >= ln(t / (1 - t)). With
// softmax over classes these are s_k - ln(sum over c != k of exp(s_c)); with a single channel's sigmoid the score
// itself. Log-odds, unlike probabilities, are linear in the scores where two classes compete: interpolating them is
// nearly the softmax of interpolated scores, for the price of one plane instead of one a class.
//
// Masks are those of the margins in double, rounded to float. Most pixels are decided by bounds, or by margins in
// float32 (kernels/decide) that are further from the threshold than they can be wrong; only the others are computed in
// double.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/decide/decide.h"
#include "segmentation/bilinear.h"
#include "segmentation/scores.h"

namespace diolkos::segmentation {

class ClassMargin {
 public:
  // With `raw` the class's own score is held against `threshold`. A single channel stands for class 1, and negated
  // for class 0. `class_index` must be one of the scores'.
  void set(const Scores& scores, int class_index, double threshold, bool raw);

  // `mark` where the class reaches the threshold, 0 elsewhere.
  void mark(std::uint8_t* marks, std::uint8_t mark);

  // Whether it does between four pixels; where the margin is no number it does not.
  bool reached(const Cell& cell);

 private:
  bool reached(float margin) const { return margin >= threshold_; }
  bool reached_at(std::size_t pixel);
  void mark_plain(std::uint8_t* marks, std::uint8_t mark) const;
  float plain(std::size_t pixel) const;     // the plane's own score
  float fast(std::size_t pixel);            // within log_odds_error(); NaN where that does not hold
  float exact(std::size_t pixel);           // NaN where scores are
  float log_odds(std::size_t pixel) const;  // by which exact() is
  std::size_t size_of_block(std::size_t block) const;

  Scores scores_;
  kernels::decide::Spec spec_;
  int class_ = 0;
  float threshold_ = 0;
  float sign_ = 1;
  bool plain_ = true;                // the plane itself, no softmax
  std::vector<float> fast_;          // of the blocks of pixels that are known
  std::vector<std::uint8_t> known_;  // blocks of fast_
  std::vector<float> exact_;         // NaN: not computed yet; empty where none is
  std::vector<float> best_other_;    // of a block
};

}  // namespace diolkos::segmentation
