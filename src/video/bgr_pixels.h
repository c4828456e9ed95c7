// An image as OpenCV's encoders want it. Include it from .cc files alone: OpenCV's headers are heavy.
#pragma once

#include <opencv2/core.hpp>

#include "segmentation/image.h"

namespace diolkos::video {

// Three channels, of the image's own pixels where it has them; a gray one is widened into `scratch`. Valid as long as
// both.
cv::Mat bgr_pixels(const segmentation::Image& image, cv::Mat& scratch);

}  // namespace diolkos::video
