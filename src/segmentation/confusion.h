// Pixels counted by true and predicted class, over any number of images, and what follows from them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"

namespace diolkos::segmentation {

class Confusion {
 public:
  static constexpr std::uint8_t kVoid = 255;  // pixels of this true class are left out

  explicit Confusion(int classes);

  int classes() const { return classes_; }

  // Of equal sizes. A true class that is not among the classes and not void is an error; a predicted one counts as
  // a miss.
  Status add(std::span<const std::uint8_t> predicted, std::span<const std::uint8_t> truth);

  // Adds `count` pixels; `truth` is a class, `predicted` one or classes() for a prediction outside of them.
  void add_count(int truth, int predicted, std::int64_t count);

  std::int64_t count(int truth, int predicted) const;
  std::int64_t true_pixels(int index) const;
  std::int64_t predicted_pixels(int index) const;  // of those that are not void
  // Intersection over union, all images together; nullopt where the class is neither true nor predicted anywhere.
  std::optional<double> iou(int index) const;
  // The share of a class's true pixels that were found; nullopt where there are none.
  std::optional<double> accuracy(int index) const;
  double mean_iou() const;        // over the classes that have one; 0 for none
  double mean_accuracy() const;   // likewise
  double pixel_accuracy() const;  // 0 for no pixels

 private:
  int classes_;
  std::vector<std::int64_t> counts_;  // [truth][predicted], the last column for predictions outside the classes
};

}  // namespace diolkos::segmentation
