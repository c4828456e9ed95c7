// What one image adds to every figure, in whole pixels: sums over images are exact in any order.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "segmentation/confusion.h"
#include "segmentation/image.h"

namespace diolkos::evaluate {

struct ImageTally {
  struct Cell {
    int truth, predicted;
    std::int64_t pixels;
  };
  struct Boundary {  // of one class
    int index;
    std::int64_t both, truth, predicted;
  };
  std::string name;
  int width = 0;
  int height = 0;
  std::vector<Cell> cells;           // those that are not 0, by truth and then prediction
  std::vector<Boundary> boundaries;  // of the classes that have one, in order
};

// `predicted` and `truth` are gray and of one size; void pixels of the truth are left out everywhere.
Result<ImageTally> tally(const std::string& name, const segmentation::Image& predicted,
                         const segmentation::Image& truth, int classes);

segmentation::Confusion sum_of(std::span<const ImageTally> images, int classes);
segmentation::Confusion confusion_of(const ImageTally& image, int classes);

// Boundary IoU of each class over all images (Cheng et al., 2021); nullopt where it has no boundary pixel.
std::vector<std::optional<double>> boundary_ious(std::span<const ImageTally> images, int classes);

}  // namespace diolkos::evaluate
