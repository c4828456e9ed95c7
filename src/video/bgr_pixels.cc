#include "video/bgr_pixels.h"

#include <opencv2/imgproc.hpp>

namespace diolkos::video {

cv::Mat bgr_pixels(const segmentation::Image& image, cv::Mat& scratch) {
  const bool gray = image.format() == segmentation::PixelFormat::gray;
  const cv::Mat pixels(image.height(), image.width(), gray ? CV_8UC1 : CV_8UC3,
                       const_cast<std::uint8_t*>(image.pixels().data()));
  if (!gray) return pixels;
  cv::cvtColor(pixels, scratch, cv::COLOR_GRAY2BGR);
  return scratch;
}

}  // namespace diolkos::video
