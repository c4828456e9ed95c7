#include "video/encode_jpeg.h"

#include <fmt/format.h>
#include <opencv2/imgcodecs.hpp>

#include "video/opencv_quiet.h"

namespace diolkos::video {

Status encode_jpeg(const segmentation::ImageView& image, int quality, std::vector<std::uint8_t>& bytes) try {
  quiet_opencv();
  const bool gray = image.format == segmentation::PixelFormat::gray;
  const cv::Mat pixels(image.height, image.width, gray ? CV_8UC1 : CV_8UC3, const_cast<std::uint8_t*>(image.data),
                       image.stride);
  if (cv::imencode(".jpg", pixels, bytes, {cv::IMWRITE_JPEG_QUALITY, quality})) return {};
  return failure(ErrorCode::internal, fmt::format("{}x{} pixels cannot be encoded as JPEG", image.width, image.height));
} catch (const cv::Exception& error) {
  return unsupported(fmt::format("{}x{} pixels cannot be encoded as JPEG: {}", image.width, image.height, error.err));
}

}  // namespace diolkos::video
