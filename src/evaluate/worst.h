// The images that a network does worst on, as pictures.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <vector>

#include "base/result.h"
#include "evaluate/dataset.h"
#include "evaluate/tally.h"
#include "segmentation/image.h"

namespace diolkos::evaluate {

struct WorstImage {
  double iou = 0;  // the mean over the classes that the image or its prediction has
  Pair pair;
  segmentation::Image predicted, truth;  // classes
};

// Keeps the `most` lowest, in order.
void keep_worst(std::vector<WorstImage>& kept, std::size_t most, WorstImage image);

// FOLDER/01_iou0.123_NAME.png, …: the image, the truth and the prediction over it, side by side; void is white. The
// folder is made where it is missing.
Status write_worst(std::span<const WorstImage> images, const std::filesystem::path& folder);

}  // namespace diolkos::evaluate
