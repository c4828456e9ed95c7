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

  // Of equal sizes. A true class that is not among the classes and not void is an error; a predicted one counts as
  // a miss.
  Status add(std::span<const std::uint8_t> predicted, std::span<const std::uint8_t> truth);

  std::int64_t count(int truth, int predicted) const;
  // Intersection over union, all images together; nullopt where the class is neither true nor predicted anywhere.
  std::optional<double> iou(int index) const;
  double mean_iou() const;        // over the classes that have one; 0 for none
  double pixel_accuracy() const;  // 0 for no pixels

 private:
  int classes_;
  std::vector<std::int64_t> counts_;  // [truth][predicted], the last column for predictions outside the classes
};

}  // namespace diolkos::segmentation
